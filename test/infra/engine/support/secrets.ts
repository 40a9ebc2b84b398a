const signature = "4dabf18193072939515e22adb298388d";

/** A value as the engine's protocol marks it secret. */
export function secret(value: string): Readonly<Record<string, string>> {
  return { [signature]: "1b47061264138c4ac30d75fd1eb44270", value };
}
