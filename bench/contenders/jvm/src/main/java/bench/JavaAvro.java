package bench;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** A plain Java consumer with Avro: two threads, a consumer each, which commit once a second. */
public final class JavaAvro {
  public static void main(String[] args) throws InterruptedException {
    for (int thread = 0; thread < 2; thread += 1) new Thread(JavaAvro::consume).start();
    Work.measure();
  }

  private static void consume() {
    try (var consumer = new KafkaConsumer<byte[], byte[]>(Work.consumerProperties())) {
      consumer.subscribe(List.of(Work.TOPIC));
      long committedAt = System.nanoTime();
      while (true) {
        for (var record : consumer.poll(Duration.ofMillis(100))) Work.handle(record.value());
        if (System.nanoTime() - committedAt < 1_000_000_000L) continue;
        consumer.commitAsync();
        committedAt = System.nanoTime();
      }
    }
  }
}
