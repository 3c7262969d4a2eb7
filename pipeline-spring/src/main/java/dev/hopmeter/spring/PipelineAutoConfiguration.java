package dev.hopmeter.spring;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Clock, stamps and wire format for every service; of the conventional backend, unless it says which. */
@AutoConfiguration
class PipelineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    EpochClock epochClock() {
        return EpochClock.system();
    }

    @Bean
    @ConditionalOnMissingBean
    Backend backend() {
        return Backend.CONVENTIONAL;
    }

    @Bean
    Stamps stamps(EpochClock clock, MeterRegistry registry, Backend backend) {
        return new Stamps(clock, registry, backend);
    }

    @Bean
    Reception reception(Stamps stamps) {
        return new Reception(stamps);
    }

    @Bean
    WireFormat wireFormat() {
        return new WireFormat();
    }

    @Bean
    ProblemAnswers problemAnswers() {
        return new ProblemAnswers();
    }
}
