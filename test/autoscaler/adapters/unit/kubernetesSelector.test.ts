import assert from "node:assert/strict";
import {
  matches,
  parseLabelSelector,
  toLabelSelector,
} from "../../../../autoscaler/src/adapters/kubernetes/pods/labelSelector.ts";
import type { LabelSelector } from "../../../../autoscaler/src/adapters/kubernetes/pods/labelSelector.ts";
import type { CachedPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";
import { PodIndex } from "../../../../autoscaler/src/adapters/kubernetes/pods/podIndex.ts";

/** The object of a workload's spec, the text that the API server makes of it for its Scale, and labels it selects and leaves. */
const selectors: {
  name: string;
  object: Parameters<typeof toLabelSelector>[0];
  text: string;
  selected: Record<string, string>[];
  left: Record<string, string>[];
}[] = [
  {
    name: "one label",
    object: { matchLabels: { app: "a" } },
    text: "app=a",
    selected: [{ app: "a" }, { app: "a", tier: "x" }],
    left: [{}, { app: "b" }, { tier: "a" }],
  },
  {
    name: "several labels, with a prefix",
    object: { matchLabels: { "app.kubernetes.io/name": "a", tier: "x" } },
    text: "app.kubernetes.io/name=a,tier=x",
    selected: [{ "app.kubernetes.io/name": "a", tier: "x" }],
    left: [{ tier: "x" }, { "app.kubernetes.io/name": "a" }],
  },
  {
    name: "an empty value",
    object: { matchLabels: { app: "" } },
    text: "app=",
    selected: [{ app: "" }],
    left: [{}, { app: "a" }],
  },
  {
    name: "one of several values",
    object: { matchLabels: { app: "a" }, matchExpressions: [{ key: "tier", operator: "In", values: ["x", "y"] }] },
    text: "app=a,tier in (x,y)",
    selected: [
      { app: "a", tier: "x" },
      { app: "a", tier: "y" },
    ],
    left: [{ app: "a" }, { app: "a", tier: "z" }, { app: "b", tier: "x" }],
  },
  {
    name: "none of several values",
    object: { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["x", "y"] }] },
    text: "tier notin (x,y)",
    selected: [{}, { tier: "z" }],
    left: [{ tier: "x" }, { tier: "y" }],
  },
  {
    name: "a label that exists and one that does not",
    object: {
      matchExpressions: [
        { key: "app", operator: "Exists" },
        { key: "canary", operator: "DoesNotExist" },
      ],
    },
    text: "app,!canary",
    selected: [{ app: "a" }, { app: "" }],
    left: [{}, { app: "a", canary: "true" }],
  },
];

describe("label selector", () => {
  for (const { name, object, text, selected, left } of selectors)
    it(`with ${name}: object and text select the same`, () => {
      const fromObject = toLabelSelector(object);
      assert.ok(fromObject !== undefined);
      assert.deepEqual(parseLabelSelector(text), fromObject);
      for (const labels of selected) assert.ok(matches(fromObject, labels), JSON.stringify(labels));
      for (const labels of left) assert.ok(!matches(fromObject, labels), JSON.stringify(labels));
    });

  it("of a text with != and spaces is understood too", () => {
    assert.deepEqual(parseLabelSelector(" app == a , tier != x "), [
      { key: "app", operator: "In", values: ["a"] },
      { key: "tier", operator: "NotIn", values: ["x"] },
    ]);
  });

  for (const text of [
    undefined,
    "",
    " ",
    "app=a,",
    "app>1",
    "app in a",
    "app=a,b c",
    "app=(a)",
    "app=a)",
    "app in (a b)",
    "-app",
    "A.b/c=d",
  ])
    it(`is unknown for the text ${JSON.stringify(text)}, rather than every pod`, () => {
      assert.equal(parseLabelSelector(text), undefined);
    });

  it("does not find what every object inherits", () => {
    for (const key of ["constructor", "toString"]) assert.ok(!matches(parseLabelSelector(key)!, { app: "a" }), key);
  });

  it("is unknown when it is empty or has an operator of a later API", () => {
    assert.equal(toLabelSelector(undefined), undefined);
    assert.equal(toLabelSelector({}), undefined);
    const later = { key: "size", operator: "Gt", values: ["1"] };
    assert.equal(toLabelSelector({ matchLabels: { app: "a" }, matchExpressions: [later] }), undefined);
  });
});

describe("pod index", () => {
  const pod = (name: string, labels: Record<string, string>): CachedPod => ({
    ...{ name, address: "", phase: "Running", ready: true, terminating: false, withoutRequest: {} },
    ...{ metadata: { name }, labels, deletionCost: {} },
  });
  const named = (index: PodIndex, selector: LabelSelector | undefined) =>
    index.select(selector!).map(({ name }) => name);
  const app = (name: string) => toLabelSelector({ matchLabels: { app: name, part: "platform" } });

  it("selects as matching every pod would, whatever the selector", () => {
    const labels = selectors.flatMap(({ selected, left }) => [...selected, ...left]);
    const pods = labels.map((one, number) => pod(`pod-${number}`, one));
    const index = new PodIndex();
    for (const one of pods) index.put(one);
    for (const { name, object } of selectors) {
      const selector = toLabelSelector(object)!;
      const expected = pods.filter((one) => matches(selector, one.labels)).map((one) => one.name);
      assert.deepEqual(named(index, selector).sort(), expected.sort(), name);
    }
  });

  it("follows pods that come, are relabelled and go", () => {
    const index = new PodIndex();
    index.put(pod("one", { app: "a", part: "platform" }));
    index.put(pod("two", { app: "a", part: "platform" }));
    index.put(pod("three", { app: "b", part: "platform" }));
    assert.deepEqual(named(index, app("a")), ["one", "two"]);
    index.put(pod("two", { app: "b", part: "platform" }));
    assert.deepEqual([named(index, app("a")), named(index, app("b"))], [["one"], ["three", "two"]]);
    index.remove(pod("three", {}));
    index.remove(pod("unheard of", {}));
    assert.deepEqual([named(index, app("a")), named(index, app("b"))], [["one"], ["two"]]);
  });
});
