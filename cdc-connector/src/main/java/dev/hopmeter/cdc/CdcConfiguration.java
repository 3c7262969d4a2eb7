package dev.hopmeter.cdc;

import dev.hopmeter.rows.OrderRecords;
import dev.hopmeter.rows.RowReader;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class CdcConfiguration {

    @Bean
    OffsetsFile offsetsFile(CdcProperties properties) {
        return new OffsetsFile(properties.offsetsFile());
    }

    @Bean
    RowReader rowReader(WireFormat wireFormat) {
        return new RowReader(wireFormat);
    }

    @Bean
    OrderRecords orderRecords(
            WireFormat wireFormat,
            Stamps stamps,
            TopicProperties topics,
            @Value("${spring.application.name}") String consumer) {
        return new OrderRecords(wireFormat, stamps::at, topics.changes(), topics.deadLetters(), consumer);
    }

    @Bean
    LastResort lastResort() {
        return () -> Runtime.getRuntime().halt(1);
    }

    /** What a closing producer still holds is read again from the slot, so that a stop need not wait for it. */
    @Bean
    DefaultKafkaProducerFactoryCustomizer promptClose(CdcProperties properties) {
        int seconds = Math.toIntExact(Math.max(1, properties.closeTimeout().toSeconds() / 2));
        return producers -> producers.setPhysicalCloseTimeout(seconds);
    }
}
