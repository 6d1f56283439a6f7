// Command sidecar stands in for the proxy of a pod: it holds an ADS stream to istiod, as Envoy does, acknowledges what is
// pushed, and prints every set of routes that it is given as one line of JSON: route configurations by name.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pkg/adsc"
	istiolog "istio.io/istio/pkg/log"
)

func main() {
	address := flag.String("address", "", "host and port of istiod's plaintext xDS")
	pod := flag.String("pod", "", "name of the pod")
	namespace := flag.String("namespace", "", "namespace of the pod")
	ip := flag.String("ip", "", "address of the pod")
	account := flag.String("account", "default", "service account of the pod")
	flag.Parse()
	if err := watch(*address, *pod, *namespace, *ip, *account); err != nil {
		log.Fatal(err)
	}
}

func watch(address, pod, namespace, ip, account string) error {
	// Standard output is for routes alone.
	options := istiolog.DefaultOptions()
	options.SetDefaultOutputLevel(istiolog.OverrideScopeName, istiolog.ErrorLevel)
	if err := istiolog.Configure(options); err != nil {
		return err
	}
	meta, err := structpb.NewStruct(map[string]any{
		"CLUSTER_ID":      "Kubernetes",
		"NAMESPACE":       namespace,
		"SERVICE_ACCOUNT": account,
	})
	if err != nil {
		return err
	}
	client, err := adsc.New(address, &adsc.ADSConfig{
		Config: adsc.Config{Namespace: namespace, Workload: pod, IP: ip, Meta: meta},
		InitialDiscoveryRequests: []*discovery.DiscoveryRequest{
			{TypeUrl: v3.ClusterType},
			{TypeUrl: v3.ListenerType},
		},
	})
	if err != nil {
		return err
	}
	if err := client.Run(); err != nil {
		return err
	}
	for update := range client.Updates {
		if update != v3.RouteType {
			continue
		}
		if err := printRoutes(client); err != nil {
			return err
		}
	}
	return nil
}

func printRoutes(client *adsc.ADSC) error {
	routes := map[string]json.RawMessage{}
	for name, configuration := range client.GetRoutes() {
		text, err := protojson.Marshal(configuration)
		if err != nil {
			return err
		}
		routes[name] = text
	}
	line, err := json.Marshal(routes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, string(line))
	return err
}
