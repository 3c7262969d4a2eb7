package dev.hopmeter.cdc;

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
