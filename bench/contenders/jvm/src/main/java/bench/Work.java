package bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What every contender does with a record, and how it is measured: as bench/harness/sample.ts does. */
final class Work {
  /** Magic byte and schema id. */
  private static final int ENVELOPE = 5;

  static final String TOPIC = System.getenv("BENCH_TOPIC");
  static final long RECORDS = Long.parseLong(System.getenv("BENCH_RECORDS"));
  private static final Schema SCHEMA = schema();
  private static final int AMOUNT = SCHEMA.getField("amountCents").pos();
  private static final LongAdder DONE = new LongAdder();
  private static final LongAdder PAID = new LongAdder();

  private static final class Reader {
    final GenericDatumReader<GenericRecord> datums = new GenericDatumReader<>(SCHEMA);
    BinaryDecoder decoder;
  }

  private static final ThreadLocal<Reader> READERS = ThreadLocal.withInitial(Reader::new);

  /** Decodes, reads one field and counts it. */
  static void handle(byte[] value) {
    try {
      Reader reader = READERS.get();
      reader.decoder =
          DecoderFactory.get().binaryDecoder(value, ENVELOPE, value.length - ENVELOPE, reader.decoder);
      GenericRecord event = reader.datums.read(null, reader.decoder);
      if ((long) event.get(AMOUNT) >= 0) PAID.increment();
      DONE.increment();
    } catch (IOException error) {
      throw new java.io.UncheckedIOException(error);
    }
  }

  static Properties consumerProperties() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", System.getenv("KAFKA_BROKERS"));
    properties.put("group.id", System.getenv("BENCH_GROUP"));
    properties.put("client.id", "bench");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "4000");
    properties.put("max.partition.fetch.bytes", "1048576");
    properties.put("fetch.max.wait.ms", "100");
    properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
    properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
    return properties;
  }

  /** Looks every 5 ms; prints the sample and ends the process when all is done. */
  static void measure() throws InterruptedException {
    long beganAt = 0;
    long beganDone = 0;
    double beganCpu = 0;
    for (; ; Thread.sleep(5)) {
      long done = DONE.sum();
      if (done == 0) continue;
      long at = System.nanoTime();
      if (beganAt == 0) {
        beganAt = at;
        beganDone = done;
        beganCpu = cpuSeconds();
      }
      if (done < RECORDS) continue;
      if (PAID.sum() != DONE.sum()) throw new IllegalStateException(DONE + " records, but " + PAID + " counted");
      long counted = done - beganDone;
      double seconds = (at - beganAt) / 1e9;
      System.out.printf(
          "{\"recordsPerSecond\":%d,\"cpuSecondsPerMillion\":%.3f,\"peakRssMb\":%d}%n",
          Math.round(counted / seconds), (cpuSeconds() - beganCpu) * 1e6 / counted, peakRssMb());
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  private static double cpuSeconds() {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static long peakRssMb() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    } catch (IOException error) {
      // Not Linux: nobody knows.
    }
    return 0;
  }

  private static Schema schema() {
    try {
      return new Schema.Parser().parse(Files.readString(Path.of(System.getenv("BENCH_SCHEMA_FILE"))));
    } catch (IOException error) {
      throw new java.io.UncheckedIOException(error);
    }
  }

  private Work() {}
}
