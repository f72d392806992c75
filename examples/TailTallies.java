import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads `lantoa.tallies` from its beginning, keeps the latest row of every cell, and prints them as JSON lines.
 *
 *     java -cp 'kafka/libs/*' TailTallies.java localhost:9092
 *
 * Needs kafka-clients alone. Without the end of the loop, it would go on with every change.
 */
public class TailTallies {
    public static void main(String[] args) {
        var settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        settings.put("isolation.level", "read_committed");
        Map<String, String> cells = new TreeMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("lantoa.tallies").stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<String, String> row : consumer.poll(Duration.ofSeconds(1))) {
                    if (row.value() == null) cells.remove(row.key()); // the cell is empty now
                    else cells.put(row.key(), row.value());
                }
            }
        }
        cells.values().forEach(System.out::println);
    }
}
