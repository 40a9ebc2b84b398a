import { CoordinationV1Api, V1Lease, V1LeaseSpec, V1MicroTime, V1ObjectMeta } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import { statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";

/** Which Lease, and how long one call may take. */
export interface LeaseOptions {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly name: string;
  /** Part of the renew deadline: a call that hangs longer costs the lease. */
  readonly callTimeoutSeconds: number;
}

/** One Lease of coordination.k8s.io/v1. Each write names the version that it replaces, so that of two writers one fails with 409. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #api: CoordinationV1Api;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#api = options.kubeConfig.makeApiClient(CoordinationV1Api);
  }

  /** Undefined when there is none. */
  async read(signal: AbortSignal): Promise<V1Lease | undefined> {
    const { namespace, name, callTimeoutSeconds } = this.#options;
    try {
      return await this.#api.readNamespacedLease({ namespace, name }, callOptions(signal, callTimeoutSeconds));
    } catch (error) {
      if (statusCode(error) === 404) return undefined;
      throw error;
    }
  }

  /** Replaces the Lease as it was read, or creates it when there was none. Rejects with 409 when somebody else wrote first. */
  async write(read: V1Lease | undefined, spec: V1LeaseSpec, signal: AbortSignal): Promise<V1Lease> {
    const { namespace, name, callTimeoutSeconds } = this.#options;
    const options = callOptions(signal, callTimeoutSeconds);
    if (read === undefined) {
      const metadata = Object.assign(new V1ObjectMeta(), { name, namespace });
      return await this.#api.createNamespacedLease({ namespace, body: lease(metadata, spec) }, options);
    }
    // A replacement has to bring labels and annotations along, or they are gone.
    const metadata = Object.assign(new V1ObjectMeta(), read.metadata);
    // The server's own bookkeeping: left out, it goes on as it was.
    delete metadata.managedFields;
    return await this.#api.replaceNamespacedLease({ namespace, name, body: lease(metadata, spec) }, options);
  }
}

function lease(metadata: V1ObjectMeta, spec: V1LeaseSpec): V1Lease {
  return Object.assign(new V1Lease(), { metadata, spec });
}

/** Who holds a lease, from when and for how long. */
export interface Holding {
  readonly identity: string;
  readonly leaseDurationSeconds: number;
  /** Epoch seconds. */
  readonly now: number;
}

/** What a holder writes to take or renew the lease; acquireTime and leaseTransitions as in client-go's tryAcquireOrRenew. */
export function heldBy({ identity, leaseDurationSeconds, now }: Holding, before: V1LeaseSpec | undefined): V1LeaseSpec {
  // A restarted process of the same name goes on where it was: no transition.
  const renews = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  const renewTime = new V1MicroTime(now * 1000);
  // What later versions add to a spec, such as `strategy`, stays as it is.
  return Object.assign(new V1LeaseSpec(), before, {
    holderIdentity: identity,
    leaseDurationSeconds,
    renewTime,
    acquireTime: (renews ? before.acquireTime : undefined) ?? renewTime,
    leaseTransitions: renews || before === undefined ? transitions : transitions + 1,
  });
}

/** What a holder writes to give the lease up, as client-go's release. */
export function givenUp(before: V1LeaseSpec | undefined, now: number): V1LeaseSpec {
  const time = new V1MicroTime(now * 1000);
  return Object.assign(new V1LeaseSpec(), before, {
    holderIdentity: "",
    // Not 0: the API server refuses that.
    leaseDurationSeconds: 1,
    renewTime: time,
    acquireTime: time,
    leaseTransitions: before?.leaseTransitions ?? 0,
  });
}
