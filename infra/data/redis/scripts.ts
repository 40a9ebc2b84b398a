import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

/** Shell scripts of the pods, by their name in the ConfigMap. */
export const scripts = {
  "entry.sh": read("entry.sh"),
  "ready.sh": read("ready.sh"),
  "bootstrap.sh": read("bootstrap.sh"),
};
