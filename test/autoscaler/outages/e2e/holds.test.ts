import assert from "node:assert/strict";
import { connect } from "amqplib";
import { until } from "../../../support/until.ts";
import { Cluster, namespace } from "../cluster.ts";
import { Scaler, type LogLine, type ScalerOptions } from "../scaler.ts";

const annotation = "autoscaling.jobsprint.dev/paused";

/** 100 messages a replica; `load` is a second queue whose depth stands for a database's connections. */
describe("what stands above the rules, on a real control plane and broker", function () {
  this.timeout(90_000);
  let cluster: Cluster;
  let scaler: Scaler | undefined;

  before(async function () {
    this.timeout(30 * 60_000);
    cluster = await Cluster.start();
  });
  afterEach(() => scaler?.kill());
  after(() => cluster.stop());

  /** A target with 4 replicas and 400 messages. */
  async function start(name: string, options: Partial<ScalerOptions> = {}): Promise<Scaler> {
    await cluster.fill(name, 400);
    await cluster.deploy(name, 4);
    scaler = await Scaler.start(cluster, { name, ...options });
    return scaler;
  }

  const decides = (what: string, matches: (decision: NonNullable<LogLine["decision"]>) => boolean, seconds = 15) => {
    const before = scaler?.log().length ?? 0;
    return until(
      what,
      () =>
        scaler
          ?.log()
          .slice(before)
          .some(({ decision }) => decision !== undefined && matches(decision)) ?? false,
      seconds,
    );
  };

  const reaches = (name: string, count: number) =>
    until(`${name} has ${count} replicas`, async () => (await cluster.replicas(name)) === count, 15);

  async function eventReasons(name: string): Promise<(string | undefined)[]> {
    const { items } = await cluster.core.listNamespacedEvent({ namespace });
    return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason }) => reason);
  }

  it("a pause by annotation holds its direction, and ends with the annotation", async () => {
    await start("paused");
    await cluster.annotate("paused", { [annotation]: "up" });
    await decides("the pause is seen", ({ holds }) => holds[0]?.reason === "Paused");
    await cluster.fill("paused", 900);
    await decides("nothing rises", (one) => one.recommendedReplicas === 9 && one.limitedBy === "Paused");
    assert.equal(await cluster.replicas("paused"), 4);
    await cluster.fill("paused", 200);
    await reaches("paused", 2);
    await cluster.annotate("paused", { [annotation]: null });
    await cluster.fill("paused", 600);
    await reaches("paused", 6);
    assert.ok((await eventReasons("paused")).includes("Paused"));
  });

  it("an observed target is decided and never written", async () => {
    const observer = await start("observed", { target: { mode: "observe" } });
    await cluster.fill("observed", 900);
    await decides("it would scale", ({ desiredReplicas }) => desiredReplicas === 9);
    assert.ok(observer.log().some(({ outcome }) => outcome === "observed"));
    // Whoever scales it meanwhile is not in anybody's way.
    await cluster.scaleByHand("observed", 7);
    await decides("the new count is taken at once", (one) => one.currentReplicas === 7 && one.desiredReplicas === 9);
    assert.equal(await cluster.replicas("observed"), 7);
  });

  it("a veto forbids the way up while its metric is above the mark", async () => {
    await cluster.fill("connections", 96);
    await start("vetoed", {
      metrics: { connections: { rabbitmq: { broker: "main", queues: [{ name: "connections" }] } } },
      target: { veto: { anyAbove: { connections: 95 } } },
    });
    await cluster.fill("vetoed", 900);
    await decides("the rise is vetoed", (one) => one.recommendedReplicas === 9 && one.limitedBy === "Vetoed");
    assert.equal(await cluster.replicas("vetoed"), 4);
    await cluster.fill("connections", 90);
    await reaches("vetoed", 9);
    assert.ok((await eventReasons("vetoed")).includes("Vetoed"));
  });

  it("consumers that acknowledge nothing hold both ways, and recover with the first ack", async () => {
    await start("stuck", { target: { stuckConsumers: { forSeconds: 15 } } });
    const connection = await connect(cluster.broker.amqpUrlWithCredentials);
    const channel = await connection.createChannel();
    await channel.prefetch(1);
    let take = (): void => undefined;
    await channel.consume("stuck", (message) => {
      if (message !== null)
        take = () => {
          channel.ack(message);
        };
    });
    await decides("they are found stuck", ({ holds }) => holds[0]?.reason === "StuckConsumers", 40);
    await cluster.fill("stuck", 890);
    await decides("nothing is added", (one) => one.recommendedReplicas === 9 && one.limitedBy === "StuckConsumers");
    take();
    await reaches("stuck", 9);
    await connection.close();
    assert.ok((await eventReasons("stuck")).includes("StuckConsumers"));
  });

  it("a schedule moves the bounds", async () => {
    const always = { name: "always", timeZone: "UTC", start: "0 0 1 1 *", end: "59 23 31 12 *", minReplicas: 6 };
    await start("scheduled", { target: { schedules: [always] } });
    await reaches("scheduled", 6);
    await decides("the bound is told with its schedule", ({ bounds }) => bounds.schedules?.[0] === "always");
  });
});
