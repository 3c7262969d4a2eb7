package dev.hopmeter.order;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestConstructor;

/** The whole service on a free port and a real Postgres, shared by every test that says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = {OrderService.class, RealDatabase.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.hikari.maximum-pool-size=" + ServiceTest.POOL,
            "spring.datasource.hikari.connection-timeout=60000",
            "hopmeter.order.retry-after=2s",
            "hopmeter.order.max-in-flight=" + ServiceTest.MAX_IN_FLIGHT
        })
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
@interface ServiceTest {
    int POOL = 4;
    int MAX_IN_FLIGHT = 32;
}
