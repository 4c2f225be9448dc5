/**
 * Avro's decimal as an exact decimal string ('12.50'): a double would round money, and a class of our own would not
 * cross to JSON, SQL and other threads as it is. Its bytes are the unscaled value, two's complement, big-endian.
 * https://avro.apache.org/docs/1.12.0/specification/#decimal
 */

import avro, { type Schema } from 'avsc'

interface DecimalAttributes {
  readonly precision?: unknown
  readonly scale?: unknown
}

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/

export class DecimalType extends avro.types.LogicalType {
  readonly precision: number
  readonly scale: number

  /** Throws on attributes the specification calls invalid; avsc then reads the bytes as they are, as it demands. */
  constructor(schema: Schema, options?: unknown) {
    super(schema, options)
    const { precision, scale = 0 } = schema as DecimalAttributes
    const validPrecision = typeof precision === 'number' && Number.isInteger(precision) && precision > 0
    if (
      !validPrecision ||
      typeof scale !== 'number' ||
      !Number.isInteger(scale) ||
      scale < 0 ||
      scale > precision
    ) {
      throw new Error(`decimal(${String(precision)}, ${String(scale)})`)
    }
    if (!avro.Type.isType(this.underlyingType, 'bytes', 'fixed')) {
      throw new Error(`decimal of ${this.underlyingType.typeName}`)
    }
    this.precision = precision
    this.scale = scale
  }

  protected override _fromValue(bytes: Buffer): string {
    return scaledText(unscaledValue(bytes), this.scale)
  }

  /** undefined: avsc's word for "not a value of this type". */
  protected override _toValue(text: unknown): Buffer | undefined {
    const unscaled = typeof text === 'string' ? unscaledOf(text, this.scale, this.precision) : undefined
    if (unscaled === undefined) return undefined
    const { underlyingType } = this
    return twosComplement(unscaled, 'size' in underlyingType ? Number(underlyingType.size) : undefined)
  }

  /** A writer's decimal reads as this one when it has the same scale; precision may grow. */
  protected override _resolve(writer: avro.Type): ((value: unknown) => unknown) | undefined {
    if (writer instanceof DecimalType) {
      return writer.scale === this.scale && writer.precision <= this.precision ? (text) => text : undefined
    }
    return undefined
  }

  protected override _export(schema: Schema): void {
    Object.assign(schema, { precision: this.precision, scale: this.scale })
  }
}

const unscaledValue = (bytes: Buffer): bigint =>
  bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))

const scaledText = (unscaled: bigint, scale: number): string => {
  if (scale === 0) return unscaled.toString()
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** undefined: not a decimal number, or one with more digits than the type holds. */
const unscaledOf = (text: string, scale: number, precision: number): bigint | undefined => {
  const [, sign, whole = '', fraction = ''] = decimalText.exec(text) ?? []
  if (sign === undefined || fraction.length > scale) return undefined
  const digits = `${whole}${fraction.padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > precision) return undefined
  return BigInt(`${sign}${digits}`)
}

const twosComplement = (value: bigint, size: number | undefined): Buffer | undefined => {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  if (size !== undefined && length > size) return undefined
  const width = size ?? length
  return Buffer.from(
    BigInt.asUintN(width * 8, value)
      .toString(16)
      .padStart(width * 2, '0'),
    'hex',
  )
}
