"""A topic from its beginning to where it ends now, as a reader without a group sees it."""

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from config.settings import Settings
from models.kafka_options import client_options
from models.messages.topics import Topic


def read_all(settings: Settings, bootstrap: str, topic: Topic) -> list[ConsumerRecord]:
    consumer = KafkaConsumer(**client_options(settings, bootstrap), enable_auto_commit=False)
    places = [TopicPartition(topic.name, p) for p in consumer.partitions_for_topic(topic.name)]
    consumer.assign(places)
    consumer.seek_to_beginning()
    ends, found = consumer.end_offsets(places), []
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=1000).values():
            found += records
    consumer.close()
    return found
