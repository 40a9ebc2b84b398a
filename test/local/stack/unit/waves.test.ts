import assert from "node:assert/strict";
import { inWaves } from "../../../../local/stack/waves.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";

const object = (kind: string, name: string, component?: string): StackObject => ({
  ...{ apiVersion: "v1", kind },
  metadata: { name, ...(component === undefined ? {} : { labels: { "app.kubernetes.io/component": component } }) },
});

const names = (objects: readonly StackObject[]): [string, string[]][] =>
  inWaves(objects).map(({ wave, objects: some }) => [wave.name, some.map(({ metadata }) => metadata.name)]);

describe("the waves of a stack", () => {
  const cases: { what: string; objects: StackObject[]; expected: [string, string[]][] }[] = [
    {
      what: "what others name comes first, however it was rendered",
      objects: [object("Secret", "password"), object("PriorityClass", "serving"), object("Namespace", "jobsprint")],
      expected: [
        ["foundations", ["jobsprint", "serving"]],
        ["settings", ["password"]],
      ],
    },
    {
      what: "a Deployment of the data layer comes before the services, after the Jobs",
      objects: [
        object("Deployment", "api-gateway", "service"),
        object("Deployment", "pgbouncer", "data"),
        object("Job", "migrations", "data"),
        object("StatefulSet", "postgres", "data"),
      ],
      expected: [
        ["stores", ["postgres"]],
        ["preparation", ["migrations"]],
        ["access", ["pgbouncer"]],
        ["services", ["api-gateway"]],
      ],
    },
    {
      what: "an API and what asks it come after its server",
      objects: [
        object("HorizontalPodAutoscaler", "hpa"),
        object("APIService", "metrics"),
        object("Deployment", "server"),
      ],
      expected: [
        ["services", ["server"]],
        ["scaling", ["metrics", "hpa"]],
      ],
    },
    {
      what: "a budget is there before the pods that it guards",
      objects: [object("StatefulSet", "redis"), object("PodDisruptionBudget", "redis-budget")],
      expected: [
        ["settings", ["redis-budget"]],
        ["stores", ["redis"]],
      ],
    },
    { what: "what no wave names comes last", objects: [object("Widget", "one")], expected: [["others", ["one"]]] },
    { what: "nothing has no waves", objects: [], expected: [] },
  ];
  for (const { what, objects, expected } of cases) {
    it(what, () => {
      assert.deepEqual(names(objects), expected);
    });
  }
});
