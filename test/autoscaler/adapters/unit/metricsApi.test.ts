import assert from "node:assert/strict";
import { V1Pod } from "@kubernetes/client-node";
import { parseAuthentication } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/authentication.ts";
import { formatQuantity } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/formatQuantity.ts";
import { userOfHeaders } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/identityHeaders.ts";
import { toAttributes } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/requestAttributes.ts";
import { RecentAnswers } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/recentAnswers.ts";
import { valueOf } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/servedMetrics.ts";
import { toCachedPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";

const root = "/apis/custom.metrics.k8s.io/v1beta2";
const group = { kind: "resource", group: "custom.metrics.k8s.io", version: "v1beta2" } as const;
const all = { ...group, verb: "get", namespace: "a", resource: "pods", name: "*", subresource: "rate" };

describe("what a request to the metrics API asks for", () => {
  const cases: { name: string; path: string; method?: string; expected: unknown }[] = [
    { name: "a metric of all pods", path: `${root}/namespaces/a/pods/*/rate`, expected: all },
    { name: "an encoded star", path: `${root}/namespaces/a/pods/%2A/rate`, expected: all },
    { name: "an encoded slash divides", path: `${root}/namespaces/a/pods%2F*%2Frate`, expected: all },
    { name: "doubled slashes", path: `/${root}//namespaces/a/pods/*/rate/`, expected: all },
    { name: "a write", path: `${root}/namespaces/a/pods/*/rate`, method: "POST", expected: { ...all, verb: "create" } },
    {
      name: "a collection",
      path: `${root}/namespaces/a/pods`,
      expected: { ...all, verb: "list", name: "", subresource: "" },
    },
    {
      name: "a namespace itself",
      path: `${root}/namespaces/a`,
      expected: { ...group, verb: "get", namespace: "a", resource: "namespaces", name: "a", subresource: "" },
    },
    { name: "discovery", path: root, expected: { kind: "nonResource", verb: "get", path: root } },
    { name: "what cannot be decoded", path: "/apis/%zz", expected: undefined },
  ];
  for (const { name, path, method = "GET", expected } of cases)
    it(name, () => {
      assert.deepEqual(toAttributes(method, path), expected);
    });
});

describe("a rate as a quantity", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [12, "12"],
    [1.2344, "1234m"],
    [0.0004, "0"],
    [1e6 + 0.5, "1000000500m"],
  ];
  for (const [value, text] of cases)
    it(`${value} is ${text}`, () => {
      assert.equal(formatQuantity(value), text);
    });
  for (const value of [NaN, Infinity, 1e18])
    it(`${value} is none`, () => {
      assert.throws(() => formatQuantity(value), /quantity/);
    });
});

describe("the identity that the aggregation layer tells", () => {
  const headers = {
    username: ["x-remote-user"],
    uid: ["x-remote-uid"],
    group: ["x-remote-group"],
    extraPrefix: ["x-remote-extra-"],
  };
  it("keeps lines apart and decodes names and UTF-8", () => {
    const lines = {
      "x-remote-user": [Buffer.from("jürgen").toString("latin1")],
      "x-remote-uid": ["7"],
      "x-remote-group": ["a,b", "", "c"],
      "x-remote-extra-acme.com%2fscopes": ["one", "two"],
      "x-remote-extra-%zz": ["kept"],
    };
    assert.deepEqual(userOfHeaders(lines, headers), {
      ...{ username: "jürgen", uid: "7", groups: ["a,b", "c"] },
      extra: { "acme.com/scopes": ["one", "two"], "%zz": ["kept"] },
    });
  });
  it("is nobody without a name", () => {
    assert.equal(userOfHeaders({ "x-remote-user": [""], "x-remote-group": ["system:masters"] }, headers), undefined);
  });
});

describe("the API server's authorities", () => {
  const allowed: [string | undefined, string[]][] = [
    [undefined, []],
    ["[]", []],
    ['["front-proxy-client"]', ["front-proxy-client"]],
  ];
  for (const [text, names] of allowed)
    it(`have the names of the aggregation layer, and none means any: ${text}`, () => {
      const data = text === undefined ? {} : { "requestheader-allowed-names": text };
      assert.deepEqual(parseAuthentication(data).proxyNames, names);
    });
  it("are none where their keys are absent", () => {
    const parsed = parseAuthentication({ "requestheader-username-headers": '["X-Remote-User"]' });
    assert.deepEqual([parsed.clientAuthorities, parsed.proxyAuthorities], [[], []]);
    assert.deepEqual(parsed.headers.username, ["x-remote-user"]);
  });
  for (const [key, text] of [
    ["client-ca-file", "no PEM"],
    ["requestheader-allowed-names", "{"],
    ["requestheader-allowed-names", "[1]"],
  ] as const)
    it(`are refused with the key: ${key} ${text}`, () => {
      assert.throws(() => parseAuthentication({ [key]: text }), new RegExp(key));
    });
});

describe("the value of a pod", () => {
  const now = 1000;
  const rate = { perSecond: 5, observedAt: 990, windowSeconds: 15 };
  const pod = (status: object, metadata: object = {}) =>
    toCachedPod(
      Object.assign(new V1Pod(), {
        metadata: { name: "p", ...metadata },
        status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], ...status },
      }),
    );
  const metric = (known: typeof rate | undefined) => ({
    ...{ name: "rate", namespace: "a", pods: { list: () => [] }, maxAgeSeconds: 30 },
    rates: { rateOf: () => known },
  });
  const cases = [
    { name: "is told when it is Ready and measured of late", pod: pod({}), known: rate, told: 1 },
    { name: "is absent when it is unknown", pod: pod({}), known: undefined, told: 0 },
    { name: "is absent when it is too old", pod: pod({}), known: { ...rate, observedAt: 969 }, told: 0 },
    { name: "is absent when it is of the future", pod: pod({}), known: { ...rate, observedAt: 1031 }, told: 0 },
    { name: "is absent when the pod is not Ready", pod: pod({ conditions: [] }), known: rate, told: 0 },
    {
      name: "is absent when the pod goes away",
      pod: pod({}, { deletionTimestamp: new Date(0) }),
      known: rate,
      told: 0,
    },
    { name: "is absent when the pod has failed", pod: pod({ phase: "Failed" }), known: rate, told: 0 },
  ];
  for (const { name, pod: one, known, told } of cases)
    it(name, () => {
      assert.equal(valueOf(one, metric(known), now).length, told);
    });
});

describe("answers that are kept for seconds", () => {
  it("are shared, end, and are not kept when they fail", async () => {
    let now = 0;
    let asked = 0;
    const answers = new RecentAnswers<number>({ now: () => now });
    const ask = (): Promise<number> => Promise.resolve(++asked);
    assert.deepEqual(await Promise.all([answers.get("a", ask), answers.get("a", ask)]), [1, 1]);
    now = 5;
    assert.equal(await answers.get("a", ask), 2);
    await assert.rejects(answers.get("b", () => Promise.reject(new Error("away"))));
    assert.equal(await answers.get("b", ask), 3);
  });

  it("are a thousand at most, of which the oldest goes", async () => {
    const answers = new RecentAnswers<number>({ now: () => 0 });
    const asked: number[] = [];
    const get = (question: number): Promise<number> =>
      answers.get(question, () => Promise.resolve(asked.push(question)));
    for (let question = 0; question <= 1000; question += 1) await get(question);
    asked.length = 0;
    for (const question of [1000, 1, 0]) await get(question);
    assert.deepEqual(asked, [0]);
  });

  it("are asked for sixteen at a time", async () => {
    const answers = new RecentAnswers<number>({ now: () => 0 });
    const { promise, resolve } = Promise.withResolvers<number>();
    const underWay = Array.from({ length: 16 }, (_, index) => answers.get(index, () => promise));
    await assert.rejects(
      answers.get("one more", () => Promise.resolve(1)),
      { reason: "ServiceUnavailable" },
    );
    resolve(7);
    assert.equal(await answers.get(0, () => Promise.resolve(1)), 7);
    await Promise.all(underWay);
    assert.equal(await answers.get("one more", () => Promise.resolve(1)), 1);
  });
});
