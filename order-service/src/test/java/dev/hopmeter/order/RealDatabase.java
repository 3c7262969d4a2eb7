package dev.hopmeter.order;

import dev.hopmeter.stack.PostgresPart;
import dev.hopmeter.stack.StackFolder;
import java.util.Map;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** A real Postgres for the service under test, started and ended with it. */
@TestConfiguration(proxyBeanMethods = false)
class RealDatabase {

    @Bean
    StackFolder folder() {
        return StackFolder.create();
    }

    @Bean
    PostgresPart postgres(StackFolder folder) {
        return PostgresPart.start(folder, Map.of());
    }

    @Bean
    DynamicPropertyRegistrar address(PostgresPart postgres) {
        return properties -> {
            properties.add("spring.datasource.url", postgres::jdbcUrl);
            properties.add("spring.datasource.username", postgres::username);
            properties.add("spring.datasource.password", postgres::password);
        };
    }
}
