import assert from "node:assert/strict";
import type { KubeConfig } from "@kubernetes/client-node";
import { onChange } from "../../../../autoscaler/src/adapters/kubernetes/api/notices.ts";
import { AccessReviewer } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/accessReviewer.ts";
import { TokenReviewer } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/tokenReviewer.ts";

const attributes = { kind: "nonResource", verb: "get", path: "/apis" } as const;
const user = { username: "jane", groups: ["a"], extra: {} };
const clock = { now: () => 0 };

/** Both reviews, answered by the test. */
const kubeConfigOf = (review: (body: { spec: object }) => object): KubeConfig => {
  const answer = ({ body }: { body: { spec: object } }): Promise<object> => Promise.resolve(body).then(review);
  const api = { createSubjectAccessReview: answer, createTokenReview: answer };
  return { makeApiClient: () => api } as unknown as KubeConfig;
};

describe("reviews by the API server", () => {
  it("are remembered for one user with all that the user is, and for no other", async () => {
    const asked: object[] = [];
    const review = ({ spec }: { spec: object }): object => ({ status: { allowed: asked.push(spec) > 0 } });
    const reviewer = new AccessReviewer(kubeConfigOf(review), clock, (notice) => {
      throw new Error(notice);
    });
    const users = [user, { ...user, groups: ["b"] }, { ...user, uid: "1" }, { ...user, extra: { scopes: ["b"] } }];
    for (const one of [...users, ...users]) await reviewer.authorize(one, attributes);
    assert.equal(asked.length, users.length);
  });

  it("tell the caller nothing of why they fail, and the log once", async () => {
    const notices: string[] = [];
    const kubeConfig = kubeConfigOf(() => {
      throw new Error("https://10.0.0.1 refused system:serviceaccount:a:b");
    });
    const tell = (notice: string) => notices.push(notice);
    const access = new AccessReviewer(kubeConfig, clock, tell);
    const tokens = new TokenReviewer(kubeConfig, clock, tell);
    for (const call of [() => access.authorize(user, attributes), () => tokens.userOf("x")]) {
      const refused = { code: 503, message: /^(access|the token) cannot be reviewed at the moment$/ };
      await assert.rejects(call, refused);
      await assert.rejects(call, refused);
    }
    assert.equal(notices.length, 2);
    assert.match(notices[0] ?? "", /10\.0\.0\.1/);
  });
});

describe("a notice that is told on change", () => {
  it("is told again only after another one or after all was well", () => {
    const told: string[] = [];
    const tell = onChange((notice) => told.push(notice));
    for (const notice of ["a", "a", "b", undefined, "b", undefined, undefined]) tell(notice);
    assert.deepEqual(told, ["a", "b", "b"]);
  });
});
