import { z } from "zod";
import { unfitParts } from "./body.ts";
import { Problem, type FieldProblem } from "./problems.ts";

/** The parts of a request that a schema may look at. */
export interface RequestParts {
  readonly headers: unknown;
  readonly params: unknown;
  readonly query: unknown;
  readonly body?: unknown;
}

/** The value as the schema gives it; throws one problem of status 400 that lists everything that is wrong. */
export function validate<Schema extends z.ZodType>(schema: Schema, parts: RequestParts): z.infer<Schema> {
  // Before the schema, which would not come back from a body that is too deep.
  const unfit = unfitParts(parts.body);
  if (unfit.length > 0) throw invalid(unfit);
  const { success, data, error } = schema.safeParse(parts);
  if (success) return data;
  const errors = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw invalid(errors);
}

const invalid = (errors: FieldProblem[]): Problem => new Problem(400, "the request is not valid", { errors });

/** An id has one form, in rows, keys and tags of the cache alike: as PostgreSQL writes it. */
export const id = z.uuid().toLowerCase();

/** Who asks. The gateway trusts what the sign-in in front of it has set. */
export const userHeaders = z.object({ "x-user-id": id });

/** Every list has an end: so many entries at most in one answer. */
export const mostEntries = 100;

/** JSON objects only: a list or a text has no room for what comes later. */
export const jsonObject = z.record(z.string(), z.json());
