import assert from "node:assert/strict";
import { AuthorizationV1Api, V1SubjectAccessReview } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../local/kubernetes/apply.ts";

/** What somebody may do to what; in the account's own namespace unless one is named. */
export interface Question {
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly verbs: readonly string[];
}

/** The object of a question in words. */
export const told = ({ group, resource, subresource, name, namespace }: Question): string =>
  [namespace, group, subresource === undefined ? resource : `${resource}/${subresource}`, name]
    .filter(Boolean)
    .join(" ");

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Those of the verbs that a real API server grants to a service account. */
async function granted(kubeconfigFile: string, account: Account, question: Question): Promise<string[]> {
  const api = loadKubeConfig(kubeconfigFile).makeApiClient(AuthorizationV1Api);
  const { verbs, ...resource } = question;
  const { namespace, name } = account;
  const answers = await Promise.all(
    verbs.map(async (verb) => {
      const resourceAttributes = { namespace, verb, ...resource };
      const user = `system:serviceaccount:${namespace}:${name}`;
      const body = Object.assign(new V1SubjectAccessReview(), { spec: { user, resourceAttributes } });
      const { status } = await api.createSubjectAccessReview({ body });
      return status?.allowed === true ? [verb] : [];
    }),
  );
  return answers.flat();
}

export interface RightsTable {
  readonly account: Account;
  readonly may: readonly Question[];
  readonly mayNot: readonly Question[];
}

/** Declares a test for each question; the server must run by the time they do. */
export function describeRights({ account, may, mayNot }: RightsTable, server: () => { kubeconfigFile: string }): void {
  const ask = (question: Question): Promise<string[]> => granted(server().kubeconfigFile, account, question);
  for (const question of may) {
    it(`may ${question.verbs.join(", ")} ${told(question)}`, async () => {
      assert.deepEqual(await ask(question), question.verbs);
    });
  }
  for (const question of mayNot) {
    it(`may not ${question.verbs.join(", ")} ${told(question)}`, async () => {
      assert.deepEqual(await ask(question), []);
    });
  }
}
