package dev.hopmeter.spring;

import io.lettuce.core.RedisClient;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** Tells at {@code /actuator/info} what the service's parts really run with. */
@AutoConfiguration
class EffectiveAutoConfiguration {

    @Bean
    EffectiveContributor effectiveContributor(ObjectProvider<EffectiveParts> kinds) {
        return new EffectiveContributor(kinds);
    }

    @Bean
    EffectiveParts propertyRecords(ApplicationContext context) {
        return new PropertyRecords(context);
    }

    @Bean
    EffectiveParts springParts(ApplicationContext context, ConfigurableEnvironment environment) {
        return new SpringParts(context, environment);
    }

    @Bean
    EffectiveParts databaseParts(ObjectProvider<DataSource> sources) {
        return new DatabaseParts(sources);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(KafkaTemplate.class)
    static class Kafka {

        @Bean
        EffectiveParts kafkaParts(ApplicationContext context, ObjectProvider<KafkaHealth> health) {
            return new KafkaParts(context, health);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({LettuceConnectionFactory.class, RedisClient.class})
    static class Redis {

        @Bean
        EffectiveParts redisParts(ObjectProvider<LettuceConnectionFactory> factories) {
            return new RedisParts(factories);
        }
    }
}
