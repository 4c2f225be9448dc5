/**
 * Does a broker answer, and does it know itself as part of the cluster? Asked in Kafka's own protocol, since its port
 * is open seconds before. See https://kafka.apache.org/protocol#The_Messages_Metadata
 *
 *   request  = size:int32 apiKey:int16 apiVersion:int16 correlationId:int32 clientId:string body
 *   body     = topics:int32 (0: none) allowAutoTopicCreation:int8                      Metadata, version 4
 *   response = size:int32 correlationId:int32 throttleTimeMs:int32 brokers:int32 …
 */

import { once } from 'node:events'
import { connect } from 'node:net'

const metadata = { apiKey: 3, version: 4 }
const correlationId = 1
const brokersAt = 12

export const kafkaAnswers = async (port: number, timeoutMs = 2_000): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMs })
  socket.on('timeout', () => socket.destroy())
  try {
    await once(socket, 'connect')
    socket.write(metadataRequest())
    let answer = Buffer.alloc(0)
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      answer = Buffer.concat([answer, bytes])
      if (answer.length >= brokersAt + 4) break
    }
    return (
      answer.length >= brokersAt + 4 &&
      answer.readInt32BE(4) === correlationId &&
      answer.readInt32BE(brokersAt) > 0
    )
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const metadataRequest = (): Buffer => {
  const request = Buffer.alloc(4 + 10 + 5)
  let at = request.writeInt32BE(request.length - 4, 0)
  at = request.writeInt16BE(metadata.apiKey, at)
  at = request.writeInt16BE(metadata.version, at)
  at = request.writeInt32BE(correlationId, at)
  at = request.writeInt16BE(-1, at) // no client id
  at = request.writeInt32BE(0, at)
  request.writeInt8(0, at)
  return request
}
