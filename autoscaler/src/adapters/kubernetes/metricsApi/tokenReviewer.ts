import { AuthenticationV1Api, V1TokenReview } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { describeApiError } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import { onChange } from "../api/notices.ts";
import { RecentAnswers } from "./recentAnswers.ts";
import { Refusal } from "./status.ts";
import type { User } from "./user.ts";

const callTimeoutSeconds = 3;

/** Asks the API server whose a token is. */
export class TokenReviewer {
  readonly #api: AuthenticationV1Api;
  readonly #answers: RecentAnswers<User | undefined>;

  /** Hears why the API server cannot tell, which is not for the caller: it names our account. */
  readonly #onFailure: (failure: string | undefined) => void;

  constructor(kubeConfig: KubeConfig, clock: Pick<Clock, "now">, onNotice: (notice: string) => void) {
    this.#onFailure = onChange(onNotice);
    this.#api = kubeConfig.makeApiClient(AuthenticationV1Api);
    this.#answers = new RecentAnswers(clock);
  }

  /** Undefined for a token that is nobody's. Rejects with a Refusal while the API server cannot tell. */
  userOf(token: string): Promise<User | undefined> {
    return this.#answers.get(token, () => this.#review(token));
  }

  async #review(token: string): Promise<User | undefined> {
    // Without audiences the API server takes its own: whoever may talk to it may talk to its aggregated part.
    const body = Object.assign(new V1TokenReview(), { spec: { token } });
    try {
      const { status } = await this.#api.createTokenReview({ body }, callOptions(endless, callTimeoutSeconds));
      this.#onFailure(undefined);
      const user = status?.user;
      if (status?.authenticated !== true || user?.username === undefined) return undefined;
      const { username, uid, groups = [], extra = {} } = user;
      return { username, groups, extra, ...(uid === undefined ? {} : { uid }) };
    } catch (error) {
      this.#onFailure(`the token cannot be reviewed: ${describeApiError(error)}`);
      throw new Refusal("ServiceUnavailable", "the token cannot be reviewed at the moment");
    }
  }
}

/** A caller that gives up does not end the call of the others. */
const endless = new AbortController().signal;
