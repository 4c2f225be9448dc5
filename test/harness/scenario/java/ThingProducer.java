import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer that knows nothing of Troupe: Apache's Java client, Avro's Java library, no headers. The wire format is
 * written by hand: a zero byte, the schema id in four bytes, the datum.
 *
 * Arguments: bootstrap servers, topic, and for each of the two event types its schema's id and file; then a file with
 * one key a line. Sends one `happened` for each key and one `described`; prints `key partition offset` of each,
 * separated by tabs.
 */
public final class ThingProducer {
  private record Sent(String key, Future<RecordMetadata> landed) {}

  public static void main(String[] args) throws Exception {
    String topic = args[1];
    int happenedId = Integer.parseInt(args[2]);
    Schema happened = new Schema.Parser().parse(Files.readString(Path.of(args[3])));
    int describedId = Integer.parseInt(args[4]);
    Schema described = new Schema.Parser().parse(Files.readString(Path.of(args[5])));
    List<String> keys = Files.readAllLines(Path.of(args[6]));

    Map<String, Object> settings =
        Map.of("bootstrap.servers", args[0], "compression.type", "lz4", "linger.ms", "20");
    List<Sent> sent = new ArrayList<>();
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int n = 0; n < keys.size(); n++) {
        String key = keys.get(n);
        byte[] value = framed(happenedId, happening(happened, key, n));
        sent.add(new Sent(key, producer.send(new ProducerRecord<>(topic, key, value))));
      }
      byte[] value = framed(describedId, description(described));
      sent.add(new Sent("described", producer.send(new ProducerRecord<>(topic, "described", value))));
    }
    for (Sent one : sent) {
      RecordMetadata landed = one.landed().get();
      System.out.println(one.key() + "\t" + landed.partition() + "\t" + landed.offset());
    }
  }

  private static GenericRecord happening(Schema schema, String key, long n) {
    return new GenericRecordBuilder(schema)
        .set("origin", "Java")
        .set("eventId", "java-" + n)
        .set("thing", key)
        .set("n", n - 1)
        .build();
  }

  private static GenericRecord description(Schema schema) {
    Schema place = schema.getField("place").schema().getTypes().get(1);
    return new GenericRecordBuilder(schema)
        .set("eventId", "java-described")
        .set("thing", "described")
        .set("weight", Math.PI)
        .set("ratio", 0.25f)
        .set("count", Integer.MIN_VALUE)
        .set("big", -9_007_199_254_740_990L)
        .set("fragile", true)
        .set("raw", ByteBuffer.wrap(new byte[] {0, 1, (byte) 0xff}))
        .set("digest", new GenericData.Fixed(schema.getField("digest").schema(), new byte[] {1, 2, 3, 4}))
        .set("colour", new GenericData.EnumSymbol(schema.getField("colour").schema(), "BLUE"))
        .set("at", 1_700_000_000_123L)
        .set("note", "Grüße, 世界 🚚")
        .set("tags", List.of("a", "", "ß"))
        .set("measures", Map.of("höhe", -1.5))
        .set("place", new GenericRecordBuilder(place).set("city", "Kiel").build())
        .build();
  }

  private static byte[] framed(int schemaId, GenericRecord event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(event.getSchema()).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
