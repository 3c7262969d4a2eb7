package dev.hopmeter.spring;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;
import org.springframework.kafka.core.KafkaTemplate;

/** Topics and the policy for poison records, for the services that read or write Kafka. */
@AutoConfiguration(before = KafkaAutoConfiguration.class)
@ConditionalOnClass(KafkaTemplate.class)
@EnableConfigurationProperties(TopicProperties.class)
class KafkaPipelineAutoConfiguration {

    /** Twice Kafka's limit for a record: a poison record of just that size has its reason to carry as well. */
    private static final int DEAD_LETTER_BYTES = 2 * 1024 * 1024;

    /** A service that does not always read the change topic declares its own bean of this name. */
    @Bean
    @ConditionalOnMissingBean(name = "sourceTopics")
    NewTopics sourceTopics(TopicProperties topics) {
        return new NewTopics(topics.topic(topics.changes()).build());
    }

    @Bean
    NewTopics deadLetterTopic(TopicProperties topics) {
        return new NewTopics(topics.topic(topics.deadLetters())
                .partitions(1)
                .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(DEAD_LETTER_BYTES))
                .build());
    }

    @Bean
    DefaultKafkaProducerFactoryCustomizer roomForDeadLetters() {
        return producers -> {
            if (!producers.getConfigurationProperties().containsKey(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)) {
                producers.updateConfigs(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEAD_LETTER_BYTES));
            }
        };
    }

    @Bean
    PoisonRecords poisonRecords(
            KafkaTemplate<String, byte[]> template,
            TopicProperties topics,
            MeterRegistry registry,
            @Value("${spring.application.name}") String consumer) {
        return new PoisonRecords(template, topics.deadLetters(), registry, consumer);
    }
}
