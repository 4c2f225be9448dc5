/** Forms of values that several options share. */

export const anyText = { allowed: 'any text that is not empty', pattern: /./ }

export const topicName = {
  allowed: 'a topic name: letters, digits, . _ -, at most 249',
  pattern: /^[A-Za-z0-9._-]{1,249}$/,
}

export const filePath = { allowed: 'a file or folder path', pattern: /./ }

/** In ms. */
export const minute = 60_000
