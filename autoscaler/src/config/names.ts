import { z } from "zod";

/** Names that become labels and parts of URLs. */
export const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be a DNS label: a-z, 0-9 and -, at most 63 characters");

/** It becomes a label value, part of Event texts and of URLs. */
export const metricName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, "must be a letter followed by letters, digits or _");

/** A label's name, which a prefix may precede that is a DNS subdomain. */
export const labelKey = z
  .string()
  .regex(
    /^(?=[^/]{1,253}\/|[^/]*$)([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?$/,
    "must be letters, digits, -, _ or ., with or without a DNS name and / before them",
  );

/** It may be empty. */
export const labelValue = z
  .string()
  .regex(
    /^([a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?)?$/,
    "must be empty or letters, digits, -, _ or ., at most 63 characters",
  );
