import assert from "node:assert/strict";
import { HorizontalPodAutoscalers } from "../../../../infra/scaling/horizontalPodAutoscalers.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { sizes, sizing, type Size } from "../../../../infra/sizing.ts";
import { at, find, ofKind } from "../data/support/resources.ts";
import { images } from "../services/support/build.ts";

async function scalersOf(size: Size): Promise<CapturedResource[]> {
  const { resources } = await capture(() => new HorizontalPodAutoscalers("hpas", { images, sizing: sizing[size] }));
  return ofKind(resources, "HorizontalPodAutoscaler").filter(({ custom }) => custom);
}

/** The strategy's k8s/hpa.yaml, but for its minReplicas, which the sizes win over. */
const strategy = {
  scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api-gateway" },
  maxReplicas: 20,
  metrics: [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
    { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
    {
      type: "Pods",
      pods: { metric: { name: "requests_per_second" }, target: { type: "AverageValue", averageValue: "1000" } },
    },
  ],
  behavior: {
    scaleDown: {
      stabilizationWindowSeconds: 300,
      policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
    },
    scaleUp: {
      stabilizationWindowSeconds: 0,
      policies: [
        { type: "Percent", value: 100, periodSeconds: 30 },
        { type: "Pods", value: 2, periodSeconds: 30 },
      ],
      selectPolicy: "Max",
    },
  },
};

describe("the HPAs", function () {
  this.timeout(60_000);
  const bySize = {} as Record<Size, CapturedResource[]>;
  before(async () => {
    for (const size of sizes) bySize[size] = await scalersOf(size);
  });

  const specOf = (size: Size, workload: string): Record<string, unknown> => {
    const found = bySize[size].find(({ props }) => at(props, "metadata", "name") === `${workload}-hpa`);
    assert.ok(found, workload);
    assert.equal(at(found.props, "metadata", "namespace"), "jobsprint");
    return found.props["spec"] as Record<string, unknown>;
  };

  for (const size of sizes) {
    it(`is the strategy's for the gateway in the ${size} size`, () => {
      assert.deepEqual(specOf(size, "api-gateway"), { minReplicas: sizing[size].apiGateway.replicas, ...strategy });
    });
  }

  const bounds: { workload: string; size: Size; from: number; to: number }[] = [
    { workload: "frontend", size: "small", from: 2, to: 20 },
    { workload: "frontend", size: "large", from: 5, to: 20 },
    { workload: "ai-service", size: "small", from: 2, to: 3 },
    { workload: "ai-service", size: "large", from: 2, to: 9 },
    { workload: "integration-service", size: "medium", from: 2, to: 6 },
    { workload: "workflow-webhook", size: "small", from: 2, to: 10 },
  ];
  for (const { workload, size, from, to } of bounds) {
    it(`keeps ${workload} from ${from} to ${to} in the ${size} size`, () => {
      const { minReplicas, maxReplicas } = specOf(size, workload);
      assert.deepEqual([minReplicas, maxReplicas], [from, to]);
    });
  }

  it("behave alike and look at cpu and memory alone where nothing counts requests", () => {
    for (const workload of ["frontend", "ai-service", "integration-service", "workflow-webhook"]) {
      const { metrics, behavior } = specOf("small", workload);
      assert.deepEqual(metrics, strategy.metrics.slice(0, 2), workload);
      assert.deepEqual(behavior, strategy.behavior, workload);
    }
  });

  it("are quicker on the way down and count fewer requests where one machine shows them", async () => {
    const pacing = { pace: 10, requestsPerSecondPerGateway: 25 };
    const { resources } = await capture(
      () => new HorizontalPodAutoscalers("hpas", { images, sizing: sizing.small, ...pacing }),
    );
    const spec = find(resources, "hpas-api-gateway-hpa").props["spec"];
    assert.equal(at(spec, "metrics", 2, "pods", "target", "averageValue"), "25");
    assert.equal(at(spec, "behavior", "scaleDown", "stabilizationWindowSeconds"), 30);
    assert.equal(at(spec, "behavior", "scaleDown", "policies", 0, "periodSeconds"), 6);
    assert.equal(at(spec, "behavior", "scaleUp", "stabilizationWindowSeconds"), 0);
    assert.equal(at(spec, "behavior", "scaleUp", "policies", 1, "periodSeconds"), 30);
  });

  const capped: { size: Size; most: number; bounds: [from: number, to: number] }[] = [
    { size: "small", most: 4, bounds: [2, 4] },
    { size: "large", most: 4, bounds: [5, 5] },
    { size: "large", most: 6, bounds: [5, 6] },
  ];
  for (const { size, most, bounds: expected } of capped) {
    it(`keep the gateway from ${expected.join(" to ")} where a machine holds ${most} and the size is ${size}`, async () => {
      const args = { images, sizing: sizing[size], maxReplicas: { "api-gateway": most } };
      const { resources } = await capture(() => new HorizontalPodAutoscalers("hpas", args));
      const spec = find(resources, "hpas-api-gateway-hpa").props["spec"];
      assert.deepEqual([at(spec, "minReplicas"), at(spec, "maxReplicas")], expected);
    });
  }

  it("are those of tiers that have an image", async () => {
    const { apiGateway } = images;
    const { resources } = await capture(
      () => new HorizontalPodAutoscalers("hpas", { images: { apiGateway }, sizing: sizing.small }),
    );
    const found = ofKind(resources, "HorizontalPodAutoscaler").filter(({ custom }) => custom);
    assert.deepEqual(
      found.map(({ name }) => name),
      ["hpas-api-gateway-hpa"],
    );
  });

  it("leave consumers and the one main process of n8n alone", () => {
    assert.deepEqual(bySize.small.map(({ props }) => String(at(props, "spec", "scaleTargetRef", "name"))).toSorted(), [
      "ai-service",
      "api-gateway",
      "frontend",
      "integration-service",
      "workflow-webhook",
    ]);
  });
});
