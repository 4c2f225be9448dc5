package bench;

import java.nio.file.Files;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;

/** Kafka Streams: `foreach`, two stream threads, a commit a second. */
public final class Streams {
  public static void main(String[] args) throws Exception {
    var properties = Work.consumerProperties();
    properties.remove("enable.auto.commit");
    properties.put("application.id", System.getenv("BENCH_GROUP"));
    properties.put("num.stream.threads", "2");
    properties.put("commit.interval.ms", "1000");
    properties.put("state.dir", Files.createTempDirectory("bench-streams").toString());
    properties.put("default.key.serde", Serdes.ByteArraySerde.class.getName());
    properties.put("default.value.serde", Serdes.ByteArraySerde.class.getName());
    properties.put("buffered.records.per.partition", "10000");
    var builder = new StreamsBuilder();
    builder.<byte[], byte[]>stream(Work.TOPIC).foreach((key, value) -> Work.handle(value));
    new KafkaStreams(builder.build(), properties).start();
    Work.measure();
  }
}
