/** `reason` of meta/v1 Status → HTTP status. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

/** A refusal that the caller is told; its message is for whoever reads `kubectl describe hpa`. */
export class Refusal extends Error {
  readonly reason: keyof typeof codes;

  constructor(reason: keyof typeof codes, message: string) {
    super(message);
    this.name = "Refusal";
    this.reason = reason;
  }

  get code(): number {
    return codes[this.reason];
  }

  /** The body that clients of Kubernetes make their error of. */
  toStatus(): object {
    const { message, reason, code } = this;
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  }
}
