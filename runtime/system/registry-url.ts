/** The registry's address with its user and password in it, as the registry's client takes them. */

export interface RegistryAccess {
  readonly url: string
  readonly username: string | undefined
  readonly password: string | undefined
}

export const registryUrl = ({ url, username, password }: RegistryAccess): string => {
  if (username === undefined) return url
  const address = new URL(url)
  address.username = encodeURIComponent(username)
  address.password = encodeURIComponent(password ?? '')
  return address.href
}
