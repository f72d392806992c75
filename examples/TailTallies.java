import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 *     java -cp 'kafka/libs/*' TailTallies.java reader.properties
 *
 * The file says where the brokers are and who asks; `lantoa up` writes one for readers, kafka/reader.properties in its
 * data folder. Needs kafka-clients alone. Without the end of the loop, it would go on with every change.
 */
public class TailTallies {
    public static void main(String[] args) throws IOException {
        var settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(file);
        }
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
