import assert from "node:assert/strict";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { Outage } from "../../../../autoscaler/src/adapters/kubernetes/api/outage.ts";
import { KubernetesScaleTarget } from "../../../../autoscaler/src/adapters/kubernetes/workload/scaleTarget.ts";
import { ManualClock } from "../../control/manualClock.ts";
import { LoopbackApiServer, hang, json, settled as settledBy, status } from "../loopbackApiServer.ts";

const metadata = { name: "worker", namespace: "jobsprint", uid: "u-1", resourceVersion: "7" };

const workload = json({
  ...{ kind: "Deployment", apiVersion: "apps/v1", metadata },
  spec: { replicas: 3, selector: { matchLabels: { app: "worker" } } },
});

const scale = json({
  ...{ kind: "Scale", apiVersion: "autoscaling/v1", metadata, spec: { replicas: 3 } },
  status: { replicas: 3, selector: "app=worker" },
});

describe("adapters/kubernetes over a loopback API server", () => {
  const server = new LoopbackApiServer();
  let clock: ManualClock;
  let notices: string[];
  const { signal } = new AbortController();

  before(() => server.start());

  beforeEach(() => {
    server.reset();
    notices = [];
    clock = new ManualClock(Date.UTC(2026, 10, 24, 10, 0, 30) / 1000);
  });

  after(() => {
    server.stop();
  });

  /** One whose watch never comes up. */
  function target(mayWrite = () => true, outage = new Outage(clock)): KubernetesScaleTarget {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace: "jobsprint" };
    const workloads = { isLive: () => false, get: () => undefined };
    const competitors = { of: () => undefined };
    const onNotice = (notice: string) => notices.push(notice);
    return new KubernetesScaleTarget(ref, {
      api: server.api(),
      clock,
      outage,
      workloads,
      competitors,
      mayWrite,
      onNotice,
    });
  }

  const settled = <T>(call: Promise<T>) => settledBy(call, clock);

  describe("reads", () => {
    for (const code of [429, 500, 503]) {
      it(`are repeated after HTTP ${code}`, async () => {
        server.answers = [status(code, "busy"), status(code, "busy"), workload];
        assert.deepEqual(await settled(target().get(signal)), { replicas: 3, resourceVersion: "7" });
        assert.equal(server.requests.length, 3);
      });
    }

    it("are given up after three tries", async () => {
      server.answers = [status(503, "busy"), status(503, "busy"), status(503, "still busy"), workload];
      await assert.rejects(settled(target().get(signal)), { kind: "unavailable", message: /HTTP 503: still busy/ });
      assert.equal(server.requests.length, 3);
    });

    it("wait as long as the server asks, but no longer than a second", async () => {
      server.answers = [status(429, "slow down", { "retry-after": "60" }), workload];
      const begin = clock.time;
      await settled(target().get(signal));
      assert.ok(clock.time - begin >= 1 && clock.time - begin < 1.5, String(clock.time - begin));
    });

    it("are not repeated after a refusal, but for the scale alone", async () => {
      server.answers = [status(403, "deployments are forbidden"), status(403, "so is their scale")];
      await assert.rejects(settled(target().get(signal)), { kind: "forbidden", message: /so is their scale/ });
      assert.equal(server.requests.length, 2);
    });

    it("of a workload that is forbidden are of its scale, which is said once", async () => {
      server.answers = [status(403, "deployments are forbidden"), scale, scale];
      const read = target();
      const known = { replicas: 3, resourceVersion: "7" };
      assert.deepEqual(await settled(read.get(signal)), known);
      assert.deepEqual(await settled(read.get(signal)), known);
      assert.deepEqual(
        server.requests.map((request) => request.endsWith("/scale")),
        [false, true, true],
      );
      assert.match(notices[0] ?? "", /Deployment jobsprint\/worker: only its scale may be read/);
    });

    it("end with the caller's signal, and no error shows the token", async () => {
      server.answers = [hang];
      const caller = new AbortController();
      const call = target().get(caller.signal);
      call.catch(() => undefined);
      setImmediate(() => {
        caller.abort();
      });
      await assert.rejects(call, (error: Error) => {
        assert.equal(error.message.includes("s3cret"), false);
        return error.name === "ScaleError";
      });
    });

    it("of many targets are one a second while the API server does not answer any", async () => {
      const busy = status(503, "busy");
      server.answers = [busy, busy, busy, workload, workload];
      const outage = new Outage(clock);
      const targets = Array.from({ length: 100 }, () => target(undefined, outage));
      const failure = { kind: "unavailable", message: /HTTP 503: busy/ };
      await assert.rejects(settled(targets[0]!.get(signal)), failure);
      for (const one of targets) await assert.rejects(one.get(signal), failure);
      assert.equal(server.requests.length, 3);
      clock.offset += 1;
      const [first, second] = targets;
      const probe = first!.get(signal);
      await assert.rejects(second!.get(signal), failure);
      assert.equal((await settled(probe)).replicas, 3);
      assert.equal((await settled(second!.get(signal))).replicas, 3);
      assert.equal(server.requests.length, 5);
    });

    it("share connections", async () => {
      const shared = target();
      for (let call = 0; call < 20; call++) {
        server.answers = [workload];
        await shared.get(signal);
      }
      // The client may open a second one before the first is free again.
      assert.ok(server.connections <= 2, `${server.connections} connections`);
    });
  });

  it("a write is not repeated blindly", async () => {
    server.answers = [status(500, "etcd is slow"), workload];
    const write = target().patch({ replicas: 3, resourceVersion: "7" }, 4, signal);
    await assert.rejects(settled(write), { kind: "unavailable" });
    assert.equal(server.requests.length, 1);
  });

  it("a conflict that never ends is told after five tries", async () => {
    const conflict = status(409, "the object has been modified");
    server.answers = [
      conflict,
      workload,
      conflict,
      workload,
      conflict,
      workload,
      conflict,
      workload,
      conflict,
      workload,
    ];
    const write = target().patch({ replicas: 3, resourceVersion: "6" }, 4, signal);
    await assert.rejects(settled(write), { kind: "conflict", message: /HTTP 409: the object has been modified/ });
    assert.equal(server.requests.filter((request) => request.startsWith("PATCH")).length, 5);
  });

  describe("the fence", () => {
    it("keeps a write from being sent at all", async () => {
      await assert.rejects(settled(target(() => false).patch({ replicas: 3, resourceVersion: "7" }, 4, signal)), {
        name: "ScaleError",
        kind: "notLeader",
        message: /Deployment jobsprint\/worker: this process may not write/,
      });
      assert.deepEqual(server.requests, []);
    });

    it("is asked again before the retry after a conflict", async () => {
      server.answers = [status(409, "the object has been modified"), workload, scale];
      const asked = [true, false];
      const write = target(() => asked.shift() ?? false).patch({ replicas: 3, resourceVersion: "6" }, 4, signal);
      await assert.rejects(settled(write), { kind: "notLeader" });
      assert.deepEqual(
        server.requests.map((request) => request.split(" ")[0]),
        ["PATCH", "GET"],
      );
    });
  });

  it("without a kubeconfig outside a cluster the error says so", function () {
    if (process.env["KUBERNETES_SERVICE_HOST"] !== undefined) this.skip();
    assert.throws(() => loadKubeConfig(), /no kubeconfig file is given/);
  });
});
