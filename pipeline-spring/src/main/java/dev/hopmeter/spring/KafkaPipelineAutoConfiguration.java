package dev.hopmeter.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;
import org.springframework.kafka.core.KafkaTemplate;

/** Topics and the policy for poison records, for the services that read or write Kafka. */
@AutoConfiguration(before = KafkaAutoConfiguration.class)
@ConditionalOnClass(KafkaTemplate.class)
@EnableConfigurationProperties(TopicProperties.class)
class KafkaPipelineAutoConfiguration {

    @Bean
    NewTopics sharedTopics(TopicProperties topics) {
        return new NewTopics(topic(topics.changes(), topics), topic(topics.deadLetters(), topics));
    }

    @Bean
    PoisonRecords poisonRecords(
            KafkaTemplate<String, byte[]> template,
            TopicProperties topics,
            MeterRegistry registry,
            @Value("${spring.application.name}") String consumer) {
        return new PoisonRecords(template, topics.deadLetters(), registry, consumer);
    }

    private static NewTopic topic(String name, TopicProperties topics) {
        return TopicBuilder.name(name)
                .partitions(topics.partitions())
                .replicas(topics.replication())
                .config(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Short.toString(topics.minInsyncReplicas()))
                .build();
    }
}
