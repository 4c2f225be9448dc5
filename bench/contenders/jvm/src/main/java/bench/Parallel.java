package bench;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Confluent's Parallel Consumer, tuned: few threads since nothing waits, batches, a commit a second. */
public final class Parallel {
  public static void main(String[] args) throws InterruptedException {
    var options =
        ParallelConsumerOptions.<byte[], byte[]>builder()
            .consumer(new KafkaConsumer<>(Work.consumerProperties()))
            .ordering(ProcessingOrder.valueOf(System.getenv("BENCH_ORDERING")))
            .maxConcurrency(Integer.parseInt(System.getenv("BENCH_CONCURRENCY")))
            .batchSize(Integer.parseInt(System.getenv("BENCH_BATCH")))
            .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
            // It looks into the consumer's fields, which are not where it expects them; auto commit is off.
            .ignoreReflectiveAccessExceptionsForAutoCommitDisabledCheck(true)
            .commitInterval(Duration.ofSeconds(1))
            .build();
    var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
    processor.subscribe(List.of(Work.TOPIC));
    processor.poll(context -> context.forEach(record -> Work.handle(record.value())));
    Work.measure();
  }
}
