import { grpcCall, httpCall, tcpCall } from '@/demo/scenario/calls';
import type { CallBehaviour, TrafficSource, WorkloadBehaviour } from '@/demo/traffic/behaviour';

const SHOP = 'hipstershop';

const products = (perRequest: number): CallBehaviour =>
  grpcCall('productcatalogservice', 3550, `${SHOP}.ProductCatalogService/GetProduct`, {
    perRequest,
  });
const allProducts = grpcCall(
  'productcatalogservice',
  3550,
  `${SHOP}.ProductCatalogService/ListProducts`,
  {
    responseBytes: 3600,
  },
);
const currencies = grpcCall(
  'currencyservice',
  7000,
  `${SHOP}.CurrencyService/GetSupportedCurrencies`,
);
const convert = (perRequest: number): CallBehaviour =>
  grpcCall('currencyservice', 7000, `${SHOP}.CurrencyService/Convert`, { perRequest });
const cart = grpcCall('cartservice', 7070, `${SHOP}.CartService/GetCart`);
const recommendations = grpcCall(
  'recommendationservice',
  8080,
  `${SHOP}.RecommendationService/ListRecommendations`,
  {
    onFailure: 'ignore',
  },
);
const advert = grpcCall('adservice', 9555, `${SHOP}.AdService/GetAds`, { onFailure: 'ignore' });
const quote = grpcCall('shippingservice', 50051, `${SHOP}.ShippingService/GetQuote`);
const redis = (perRequest: number): CallBehaviour => tcpCall('redis-cart', 6379, { perRequest });

const FRONTEND: WorkloadBehaviour = {
  serviceMs: 7,
  failures: [],
  calls: [currencies, allProducts, cart, convert(3), advert],
  operations: {
    '/': [currencies, allProducts, cart, convert(4), advert],
    '/product/OLJCESPC7Z': [currencies, products(1), cart, convert(1), recommendations, advert],
    '/cart': [currencies, cart, recommendations, products(1.5), convert(1.5), quote],
    '/cart/checkout': [
      grpcCall('checkoutservice', 5050, `${SHOP}.CheckoutService/PlaceOrder`),
      recommendations,
      currencies,
    ],
    '/setCurrency': [],
  },
};

const CHECKOUT: WorkloadBehaviour = {
  serviceMs: 8,
  failures: [],
  calls: [
    cart,
    products(1.5),
    convert(2),
    quote,
    grpcCall('paymentservice', 50051, `${SHOP}.PaymentService/Charge`),
    grpcCall('shippingservice', 50051, `${SHOP}.ShippingService/ShipOrder`),
    grpcCall('emailservice', 5000, `${SHOP}.EmailService/SendOrderConfirmation`, {
      onFailure: 'ignore',
    }),
  ],
};

/** gRPC `INTERNAL`, which proxies do not retry, and `UNAVAILABLE`, which they do: the client then rarely sees it. */
const internal = [{ ratio: 0.05, status: 500, grpcStatus: 13 }];
const unavailable = [{ ratio: 0.04, status: 503, grpcStatus: 14 }];

/** How the boutique's applications act, by workload or app. */
export const BOUTIQUE_BEHAVIOUR: Readonly<Record<string, WorkloadBehaviour>> = {
  'boutique/frontend': FRONTEND,
  'boutique/frontend-v2': { ...FRONTEND, serviceMs: 5 },
  'boutique/cartservice': {
    serviceMs: 3,
    failures: [{ ratio: 0.004, status: 500, grpcStatus: 9 }],
    calls: [redis(1.2)],
  },
  'boutique/productcatalogservice': { serviceMs: 3, failures: [], calls: [] },
  'boutique/currencyservice': {
    serviceMs: 2,
    failures: [],
    calls: [
      httpCall('rates.example.com', 80, '/v6/latest', { perRequest: 0.03, responseBytes: 3100 }),
    ],
  },
  'boutique/paymentservice': { serviceMs: 22, failures: [], calls: [] },
  'boutique/shippingservice': {
    serviceMs: 4,
    failures: [],
    calls: [httpCall('tracking.parcel.example', 80, '/v1/rates', { perRequest: 0.2 })],
  },
  'boutique/shippingservice-v2': { serviceMs: 6, failures: unavailable, calls: [] },
  'boutique/emailservice': {
    serviceMs: 12,
    failures: [],
    calls: [
      tcpCall('smtp.mailhub.example', 587, { onFailure: 'ignore', connectionsPerExchange: 1 }),
    ],
  },
  'boutique/checkoutservice': CHECKOUT,
  'boutique/recommendationservice': { serviceMs: 5, failures: [], calls: [products(2)] },
  'boutique/recommendationservice-v2': { serviceMs: 14, failures: [], calls: [products(4)] },
  'boutique/adservice': { serviceMs: 4, failures: [], calls: [] },
  'boutique/adservice-v3': { serviceMs: 9, failures: internal, calls: [] },
  'boutique/redis-cart': { serviceMs: 0.6, failures: [], calls: [] },
};

const visits = (host: string): TrafficSource['requests'] => [
  { weight: 28, call: httpCall(host, 80, '/', { responseBytes: 11_000 }) },
  { weight: 40, call: httpCall(host, 80, '/product/OLJCESPC7Z', { responseBytes: 8400 }) },
  { weight: 14, call: httpCall(host, 80, '/cart', { responseBytes: 6900 }) },
  {
    weight: 6,
    call: httpCall(host, 80, '/cart/checkout', {
      method: 'POST',
      requestBytes: 1100,
      responseBytes: 7200,
    }),
  },
  { weight: 12, call: httpCall(host, 80, '/setCurrency', { method: 'POST', responseBytes: 300 }) },
];

/** The load generator inside the mesh and shoppers through the shop's own gateway. */
export const BOUTIQUE_SOURCES: readonly TrafficSource[] = [
  {
    name: 'load generator',
    kind: 'workload',
    namespace: 'boutique',
    workload: 'loadgenerator',
    ratePerSecond: 9,
    requests: visits('frontend'),
  },
  {
    name: 'shoppers',
    kind: 'gateway',
    namespace: 'boutique',
    workload: 'boutique-gateway-istio',
    ratePerSecond: 6,
    requests: visits('boutique.example.com'),
  },
];
