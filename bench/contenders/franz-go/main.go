// franz-go with hamba/avro: one goroutine a partition, a commit a second.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Magic byte and schema id.
const envelope = 5

type item struct {
	Sku string `avro:"sku"`
	Qty int    `avro:"qty"`
}

type orderPlaced struct {
	EventID     string  `avro:"eventId"`
	TenantID    string  `avro:"tenantId"`
	OrderID     string  `avro:"orderId"`
	TrackingID  string  `avro:"trackingId"`
	AmountCents int64   `avro:"amountCents"`
	Currency    string  `avro:"currency"`
	Status      string  `avro:"status"`
	OccurredAt  int64   `avro:"occurredAt"`
	Email       *string `avro:"email"`
	Items       []item  `avro:"items"`
}

var done, paid atomic.Int64

func main() {
	text, err := os.ReadFile(os.Getenv("BENCH_SCHEMA_FILE"))
	check(err)
	schema, err := avro.Parse(string(text))
	check(err)
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("KAFKA_BROKERS")),
		kgo.ConsumerGroup(os.Getenv("BENCH_GROUP")),
		kgo.ConsumeTopics(os.Getenv("BENCH_TOPIC")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchMaxPartitionBytes(1<<20),
		kgo.FetchMaxWait(100*time.Millisecond),
		kgo.AutoCommitMarks(),
		kgo.AutoCommitInterval(time.Second),
	)
	check(err)
	go measure()
	partitions := map[int32]chan []*kgo.Record{}
	for {
		fetches := client.PollFetches(context.Background())
		for _, failed := range fetches.Errors() {
			check(failed.Err)
		}
		fetches.EachPartition(func(fetched kgo.FetchTopicPartition) {
			queue, known := partitions[fetched.Partition]
			if !known {
				queue = make(chan []*kgo.Record, 2)
				partitions[fetched.Partition] = queue
				go handle(client, schema, queue)
			}
			queue <- fetched.Records
		})
	}
}

func handle(client *kgo.Client, schema avro.Schema, queue chan []*kgo.Record) {
	for records := range queue {
		counted := int64(0)
		for _, record := range records {
			var event orderPlaced
			check(avro.Unmarshal(schema, record.Value[envelope:], &event))
			if event.AmountCents >= 0 {
				counted++
			}
		}
		client.MarkCommitRecords(records[len(records)-1])
		paid.Add(counted)
		done.Add(int64(len(records)))
	}
}

// As bench/harness/sample.ts does.
func measure() {
	total, err := strconv.ParseInt(os.Getenv("BENCH_RECORDS"), 10, 64)
	check(err)
	var beganAt time.Time
	var beganDone int64
	var beganCPU float64
	for ; ; time.Sleep(5 * time.Millisecond) {
		now := done.Load()
		if now == 0 {
			continue
		}
		if beganAt.IsZero() {
			beganAt, beganDone, beganCPU = time.Now(), now, cpuSeconds()
		}
		if now < total {
			continue
		}
		if paid.Load() != now {
			panic(fmt.Sprint(now, " records, but ", paid.Load(), " counted"))
		}
		counted := float64(now - beganDone)
		fmt.Printf("{\"recordsPerSecond\":%.0f,\"cpuSecondsPerMillion\":%.3f,\"peakRssMb\":%d}\n",
			counted/time.Since(beganAt).Seconds(), (cpuSeconds()-beganCPU)*1e6/counted, peakRssMb())
		os.Exit(0)
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func peakRssMb() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(fields[1], 10, 64)
			return kb / 1024
		}
	}
	return 0
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
