import type { Environment } from "../environment/environment.ts";
import type { QueueOptions } from "./options.ts";
import { brokerAddress } from "./address.ts";
import { errorText } from "./errors.ts";

/** Where the broker is and who we are to it. Problems are noted in the environment: call its `check` afterwards. */
export function queueSettings(environment: Environment): Pick<QueueOptions, "urls" | "username" | "password" | "name"> {
  const text = environment.text("AMQP_URL");
  // Several members may be named, with commas between; in a cluster one name stands for all.
  const urls = text.split(",").map((url) => url.trim());
  if (text !== "")
    for (const [index, url] of urls.entries()) {
      try {
        brokerAddress(url, 1);
      } catch (error) {
        environment.problem(`AMQP_URL: entry ${index + 1} ${errorText(error)}`);
      }
    }
  return {
    urls,
    username: environment.file("AMQP_USERNAME_FILE"),
    password: environment.file("AMQP_PASSWORD_FILE"),
    name: environment.text("POD_NAME", "service"),
  };
}
