import { AuthorizationV1Api, V1SubjectAccessReview } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { describeApiError } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import { onChange } from "../api/notices.ts";
import { RecentAnswers } from "./recentAnswers.ts";
import { describeAttributes, type RequestAttributes } from "./requestAttributes.ts";
import { Refusal } from "./status.ts";
import type { User } from "./user.ts";

const callTimeoutSeconds = 3;

/** Asks the API server what a user may do. */
export class AccessReviewer {
  readonly #api: AuthorizationV1Api;
  readonly #answers: RecentAnswers<boolean>;

  /** Hears why the API server cannot tell, which is not for the caller: it names our account. */
  readonly #onFailure: (failure: string | undefined) => void;

  constructor(kubeConfig: KubeConfig, clock: Pick<Clock, "now">, onNotice: (notice: string) => void) {
    this.#onFailure = onChange(onNotice);
    this.#api = kubeConfig.makeApiClient(AuthorizationV1Api);
    this.#answers = new RecentAnswers(clock);
  }

  /** Rejects with a Refusal unless the API server has said that the user may; an API server that is away has not. */
  async authorize(user: User, attributes: RequestAttributes): Promise<void> {
    const spec = toSpec(user, attributes);
    if (await this.#answers.get(spec, () => this.#review(spec))) return;
    throw new Refusal("Forbidden", `User "${user.username}" ${describeAttributes(attributes)}`);
  }

  async #review(spec: ReturnType<typeof toSpec>): Promise<boolean> {
    const body = Object.assign(new V1SubjectAccessReview(), { spec });
    try {
      const { status } = await this.#api.createSubjectAccessReview({ body }, callOptions(endless, callTimeoutSeconds));
      this.#onFailure(undefined);
      return status?.allowed === true;
    } catch (error) {
      this.#onFailure(`access cannot be reviewed: ${describeApiError(error)}`);
      throw new Refusal("ServiceUnavailable", "access cannot be reviewed at the moment");
    }
  }
}

/** The spec of a SubjectAccessReview. */
function toSpec({ username, uid, groups, extra }: User, attributes: RequestAttributes): object {
  const who = { user: username, groups: [...groups], extra: mutable(extra), ...(uid === undefined ? {} : { uid }) };
  if (attributes.kind === "nonResource") {
    const { path, verb } = attributes;
    return { ...who, nonResourceAttributes: { path, verb } };
  }
  const { kind: _kind, ...resourceAttributes } = attributes;
  return { ...who, resourceAttributes };
}

const mutable = (extra: User["extra"]): Record<string, string[]> =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));

/** A caller that gives up does not end the call of the others. */
const endless = new AbortController().signal;
