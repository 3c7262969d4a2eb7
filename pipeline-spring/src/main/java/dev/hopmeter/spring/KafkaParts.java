package dev.hopmeter.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Every producer factory and admin, and for every listener container how it commits and polls, and the consumer that it
 * makes: the factory's settings with those that the container puts over them.
 */
final class KafkaParts implements EffectiveParts {

    /** What a container is for, what it calls, and what it has no default for. */
    private static final Set<String> NO_SETTINGS =
            Set.of("clientId", "groupId", "topics", "logContainerConfig", "kafkaConsumerProperties");

    /** The consumer's own default of {@code default.api.timeout.ms}, which a container takes over as it is made. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofMillis(60_000);

    private final ApplicationContext context;
    private final ObjectProvider<KafkaHealth> health;

    KafkaParts(ApplicationContext context, ObjectProvider<KafkaHealth> health) {
        this.context = context;
        this.health = health;
    }

    @Override
    public List<EffectivePart> parts() {
        List<EffectivePart> parts = new ArrayList<>();
        for (String bean : context.getBeanNamesForType(ProducerFactory.class, false, false)) {
            ProducerFactory<?, ?> factory = context.getBean(bean, ProducerFactory.class);
            parts.add(KafkaSettings.producer(
                    name("producer", bean, "kafkaProducerFactory"), factory.getConfigurationProperties()));
        }
        context.getBeansOfType(KafkaAdmin.class, false, false)
                .forEach((bean, admin) -> parts.add(
                        KafkaSettings.admin(name("admin", bean, "kafkaAdmin"), admin.getConfigurationProperties())));
        for (MessageListenerContainer listener : listeners()) {
            parts.add(listener(listener));
            parts.add(consumer(listener));
        }
        return parts;
    }

    private Set<MessageListenerContainer> listeners() {
        Set<MessageListenerContainer> all =
                new LinkedHashSet<>(context.getBeansOfType(MessageListenerContainer.class, false, false)
                        .values());
        context.getBeansOfType(KafkaListenerEndpointRegistry.class, false, false)
                .values()
                .forEach(registry -> all.addAll(registry.getAllListenerContainers()));
        health.forEach(one -> all.addAll(one.listeners()));
        return all;
    }

    private static EffectivePart listener(MessageListenerContainer listener) {
        EffectivePart part = new EffectivePart("listener " + id(listener));
        BeanSettings.read(
                part,
                "",
                ContainerProperties.class,
                listener.getContainerProperties(),
                new ContainerProperties("any"),
                NO_SETTINGS);
        part.setting("sync-commit-timeout", listener.getContainerProperties().getSyncCommitTimeout(), COMMIT_TIMEOUT);
        if (listener instanceof ConcurrentMessageListenerContainer<?, ?> threads) {
            part.setting("concurrency", threads.getConcurrency(), 1);
        }
        return part;
    }

    private static EffectivePart consumer(MessageListenerContainer listener) {
        String name = "consumer of listener " + id(listener);
        // The field that its subclasses read; there is no getter.
        if (!(new DirectFieldAccessor(listener).getPropertyValue("consumerFactory")
                instanceof ConsumerFactory<?, ?> factory)) {
            return new EffectivePart(name).untold("settings", "the container does not say who makes its consumer");
        }
        ContainerProperties container = listener.getContainerProperties();
        Map<String, Object> settings = new HashMap<>(factory.getConfigurationProperties());
        Properties over = container.getKafkaConsumerProperties();
        over.stringPropertyNames().forEach(key -> settings.put(key, over.getProperty(key)));
        if (container.getGroupId() != null) {
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, container.getGroupId());
        }
        // A container commits by itself, unless it is told to leave that to the consumer.
        settings.putIfAbsent(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return KafkaSettings.consumer(name, settings);
    }

    private static String id(MessageListenerContainer listener) {
        String id = listener.getMainListenerId();
        return id == null ? String.valueOf(listener.getListenerId()) : id;
    }

    private static String name(String kind, String bean, String usual) {
        return bean.equals(usual) ? kind : kind + " " + bean;
    }
}
