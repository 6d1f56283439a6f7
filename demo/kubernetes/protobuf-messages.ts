/** How one protobuf field is read. `text` and `flag`/`number` are scalars, the others hold a message or a map. */
export type ProtobufField =
  | {
      readonly name: string;
      readonly kind: 'text' | 'number' | 'flag' | 'texts' | 'map' | 'bytesMap' | 'intOrString';
    }
  | { readonly name: string; readonly kind: 'message' | 'messages'; readonly message: MessageName };

/** The fields of one message by number. */
export type ProtobufMessage = Readonly<Record<number, ProtobufField>>;

function text(name: string): ProtobufField {
  return { name, kind: 'text' };
}

function number(name: string): ProtobufField {
  return { name, kind: 'number' };
}

function message(name: string, type: MessageName): ProtobufField {
  return { name, kind: 'message', message: type };
}

function messages(name: string, type: MessageName): ProtobufField {
  return { name, kind: 'messages', message: type };
}

type MessageName =
  | 'ObjectMeta'
  | 'Namespace'
  | 'ConfigMap'
  | 'Secret'
  | 'Job'
  | 'JobSpec'
  | 'ServiceAccount'
  | 'SelfSubjectAccessReview'
  | 'AccessReviewSpec'
  | 'ResourceAttributes'
  | 'NonResourceAttributes'
  | 'SelfSubjectRulesReview'
  | 'RulesReviewSpec'
  | 'SelfSubjectReview'
  | 'Deployment'
  | 'DeploymentSpec'
  | 'LabelSelector'
  | 'PodTemplateSpec'
  | 'PodSpec'
  | 'Container'
  | 'ContainerPort'
  | 'EnvVar'
  | 'Service'
  | 'ServiceSpec'
  | 'ServicePort';

const METADATA = message('metadata', 'ObjectMeta');

/*
 * Field numbers of the messages that kubectl's own create commands and reviews send (k8s.io/api, generated.proto).
 * Messages with other fields that are not empty are refused, so that nothing is lost without a word.
 */
const MESSAGES: Readonly<Record<MessageName, ProtobufMessage>> = {
  ObjectMeta: {
    1: text('name'),
    2: text('generateName'),
    3: text('namespace'),
    5: text('uid'),
    6: text('resourceVersion'),
    11: { name: 'labels', kind: 'map' },
    12: { name: 'annotations', kind: 'map' },
    14: { name: 'finalizers', kind: 'texts' },
  },
  Namespace: { 1: METADATA },
  ConfigMap: { 1: METADATA, 2: { name: 'data', kind: 'map' } },
  Secret: { 1: METADATA, 2: { name: 'data', kind: 'bytesMap' }, 3: text('type') },
  Job: { 1: METADATA, 2: message('spec', 'JobSpec') },
  JobSpec: {
    1: number('parallelism'),
    2: number('completions'),
    6: message('template', 'PodTemplateSpec'),
  },
  ServiceAccount: { 1: METADATA },
  SelfSubjectAccessReview: { 1: METADATA, 2: message('spec', 'AccessReviewSpec') },
  AccessReviewSpec: {
    1: message('resourceAttributes', 'ResourceAttributes'),
    2: message('nonResourceAttributes', 'NonResourceAttributes'),
  },
  ResourceAttributes: {
    1: text('namespace'),
    2: text('verb'),
    3: text('group'),
    4: text('version'),
    5: text('resource'),
    6: text('subresource'),
    7: text('name'),
  },
  NonResourceAttributes: { 1: text('path'), 2: text('verb') },
  SelfSubjectRulesReview: { 1: METADATA, 2: message('spec', 'RulesReviewSpec') },
  RulesReviewSpec: { 1: text('namespace') },
  SelfSubjectReview: { 1: METADATA },
  Deployment: { 1: METADATA, 2: message('spec', 'DeploymentSpec') },
  DeploymentSpec: {
    1: number('replicas'),
    2: message('selector', 'LabelSelector'),
    3: message('template', 'PodTemplateSpec'),
    5: number('minReadySeconds'),
  },
  LabelSelector: { 1: { name: 'matchLabels', kind: 'map' } },
  PodTemplateSpec: { 1: METADATA, 2: message('spec', 'PodSpec') },
  PodSpec: { 2: messages('containers', 'Container'), 3: text('restartPolicy') },
  Container: {
    1: text('name'),
    2: text('image'),
    3: { name: 'command', kind: 'texts' },
    4: { name: 'args', kind: 'texts' },
    6: messages('ports', 'ContainerPort'),
    7: messages('env', 'EnvVar'),
    14: text('imagePullPolicy'),
  },
  ContainerPort: { 1: text('name'), 3: number('containerPort'), 4: text('protocol') },
  EnvVar: { 1: text('name'), 2: text('value') },
  Service: { 1: METADATA, 2: message('spec', 'ServiceSpec') },
  ServiceSpec: {
    1: messages('ports', 'ServicePort'),
    2: { name: 'selector', kind: 'map' },
    3: text('clusterIP'),
    4: text('type'),
    10: text('externalName'),
  },
  ServicePort: {
    1: text('name'),
    2: text('protocol'),
    3: number('port'),
    4: { name: 'targetPort', kind: 'intOrString' },
    5: number('nodePort'),
  },
};

/** The message of a kind or of a part of it; `null` when it is not known. */
export function messageOf(name: string): ProtobufMessage | null {
  return Object.hasOwn(MESSAGES, name) ? MESSAGES[name as MessageName] : null;
}
