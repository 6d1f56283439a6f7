import { isTerminating, queueKey } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import { recordEvent } from '@/demo/controllers/event-recorder';
import { isPodReady, podStatus } from '@/demo/controllers/pod-state';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, objectOf, readPath, stringOf } from '@/demo/kubernetes/json';

const DEFAULT_NODE = 'demo-node-1';

/** Schedules pods, starts them after a delay, and removes them some time after their deletion. */
export class Kubelet {
  #nextAddress = 0;
  #nextNode = 0;
  readonly #startAt = new Map<string, number>();

  constructor(private readonly context: ControllerContext) {}

  reconcile(pod: KubernetesObject): void {
    if (isTerminating(pod)) this.#terminate(pod);
    else if (stringOf(readPath(pod, 'spec', 'nodeName')) === '') this.#schedule(pod);
    else if (stringOf(readPath(pod, 'status', 'podIP')) === '') this.#admit(pod);
    else if (!isPodReady(pod)) this.#start(pod);
  }

  #schedule(pod: KubernetesObject): void {
    const nodes = this.context.store.list('', 'Node').map((node) => node.metadata.name);
    const nodeName = nodes[this.#nextNode % Math.max(1, nodes.length)] ?? DEFAULT_NODE;
    this.#nextNode += 1;
    const scheduled = { ...pod, spec: { ...objectOf(pod['spec']), nodeName } };
    if (this.context.isSettling) {
      this.#admit(scheduled);
      return;
    }
    const target = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
    recordEvent(this.context, pod, 'Scheduled', `Successfully assigned ${target} to ${nodeName}`);
    this.reconcile(this.context.store.update(scheduled));
  }

  #admit(pod: KubernetesObject): void {
    const { store, isSettling } = this.context;
    const addresses = { pod: this.#address(pod), host: this.#hostAddress(pod) };
    const startedAt = isSettling ? store.timestamp() : null;
    const admitted = store.update({ ...pod, status: podStatus(pod, addresses, startedAt) });
    if (!isSettling) this.#start(admitted);
  }

  #start(pod: KubernetesObject): void {
    const uid = pod.metadata.uid ?? '';
    const due = this.#startAt.get(uid) ?? Date.now() + this.#jittered(this.context.podReadyMs);
    this.#startAt.set(uid, due);
    if (Date.now() >= due) this.#run(pod);
    else this.context.queue.addAfter(queueKey(pod), due - Date.now());
  }

  #run(pod: KubernetesObject): void {
    this.#startAt.delete(pod.metadata.uid ?? '');
    const { store } = this.context;
    const addresses = {
      pod: stringOf(readPath(pod, 'status', 'podIP')),
      host: stringOf(readPath(pod, 'status', 'hostIP')),
    };
    store.update({ ...pod, status: podStatus(pod, addresses, store.timestamp()) });
    for (const container of arrayOf(readPath(pod, 'spec', 'containers'))) {
      const name = stringOf(readPath(container, 'name'));
      recordEvent(this.context, pod, 'Started', `Started container ${name}`);
    }
  }

  #terminate(pod: KubernetesObject): void {
    const uid = pod.metadata.uid ?? '';
    const stopKey = `${uid}/stop`;
    const due = this.#startAt.get(stopKey) ?? Date.now() + this.context.podTerminationMs;
    this.#startAt.set(stopKey, due);
    if (Date.now() < due) {
      this.context.queue.addAfter(queueKey(pod), due - Date.now());
      return;
    }
    this.#startAt.delete(stopKey);
    this.#startAt.delete(uid);
    this.context.store.delete('', 'Pod', pod.metadata.namespace ?? '', pod.metadata.name);
  }

  #jittered(delayMs: number): number {
    return delayMs * (0.75 + Math.random() / 2);
  }

  #address(pod: KubernetesObject): string {
    if (readPath(pod, 'spec', 'hostNetwork') === true) return this.#hostAddress(pod);
    this.#nextAddress += 1;
    const number = this.#nextAddress;
    return `10.${244 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  }

  #hostAddress(pod: KubernetesObject): string {
    const name = stringOf(readPath(pod, 'spec', 'nodeName'));
    const node = this.context.store.get('', 'Node', '', name);
    const internal = arrayOf(readPath(node, 'status', 'addresses')).find(
      (address) => readPath(address, 'type') === 'InternalIP',
    );
    return stringOf(readPath(internal, 'address')) || '172.18.0.2';
  }
}
