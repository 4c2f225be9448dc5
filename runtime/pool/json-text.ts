/** JSON.stringify with the type it has: functions, symbols and undefined have no JSON. */
export const jsonText: (
  value: unknown,
  replacer?: (name: string, value: unknown) => unknown,
) => string | undefined = JSON.stringify
