import { outages } from "../catalogue.ts";
import { startMetrics, stopMetrics } from "../catalogue/metrics.ts";
import { Cluster } from "../cluster.ts";
import { runOutage } from "../outage.ts";

describe("an outage lowers no count and ends within two ticks of its cause", function () {
  this.timeout(90_000);
  let cluster: Cluster;

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(30 * 60_000);
    cluster = await Cluster.start();
    await startMetrics();
  });

  after(async () => {
    await stopMetrics();
    await cluster.stop();
  });

  for (const outage of outages) {
    it(outage.name, () => runOutage(cluster, outage));
  }
});
