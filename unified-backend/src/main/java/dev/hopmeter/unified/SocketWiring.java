package dev.hopmeter.unified;

import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.DeliverySockets;
import dev.hopmeter.spring.push.PushSockets;
import dev.hopmeter.spring.push.Subscription;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WatchAdmission;
import dev.hopmeter.spring.windows.WatchSockets;
import dev.hopmeter.spring.windows.Watchers;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/** The WebSocket endpoints. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SocketWiring implements WebSocketConfigurer {

    private final DeliverySockets<Subscriber> deliveries;
    private final Subscribers subscribers;
    private final Windows windows;
    private final Watchers watchers;
    private final PublishLog publishLog;
    private final UnifiedProperties properties;
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final Reception reception;
    private final MeterRegistry meters;

    SocketWiring(
            DeliverySockets<Subscriber> deliveries,
            Subscribers subscribers,
            Windows windows,
            Watchers watchers,
            PublishLog publishLog,
            UnifiedProperties properties,
            WireFormat wireFormat,
            Stamps stamps,
            Reception reception,
            MeterRegistry meters) {
        this.deliveries = deliveries;
        this.subscribers = subscribers;
        this.windows = windows;
        this.watchers = watchers;
        this.publishLog = publishLog;
        this.properties = properties;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.reception = reception;
        this.meters = meters;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        deliveries(registry, "/notifications", Way.NOTIFICATIONS);
        deliveries(registry, "/orders", Way.ORDERS);
        WatchSockets updates =
                new WatchSockets(watchers, wireFormat, stamps, properties.windowLimits(), UnifiedWiring.METERS, meters);
        WatchAdmission admission = new WatchAdmission(windows, watchers, properties.windowLimits());
        endpoint(registry, "/" + Source.EVENTS.path() + "/*/*/*/updates", updates, updates.handshake(admission::admit));
        Semaphore places = new Semaphore(properties.maxPublishers());
        publishing(registry, "/publish/messages", false, places);
        publishing(registry, "/publish/events", true, places);
    }

    /** Orders are placed under the address at which subscribers connect: what is no upgrade is for the other handlers. */
    @Bean
    static BeanPostProcessor upgradesAlone() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof WebSocketHandlerMapping mapping) {
                    mapping.setWebSocketUpgradeMatch(true);
                    mapping.setOrder(-1);
                }
                return bean;
            }
        };
    }

    @Bean
    static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(
            UnifiedProperties properties) {
        return PushSockets.boundIncomingMessages(properties.incomingChunk());
    }

    private void deliveries(WebSocketHandlerRegistry registry, String path, Way way) {
        endpoint(
                registry,
                path,
                deliveries,
                deliveries.handshake(address -> subscribers.admit(Subscription.parse(address.getRawQuery()), way)));
    }

    private void publishing(WebSocketHandlerRegistry registry, String path, boolean events, Semaphore places) {
        PublishSockets sockets = new PublishSockets(
                events,
                publishLog,
                new PublishedText(wireFormat, reception),
                reception,
                wireFormat,
                properties,
                places);
        endpoint(registry, path, sockets, sockets);
    }

    private void endpoint(
            WebSocketHandlerRegistry registry, String path, WebSocketHandler handler, HandshakeHandler handshake) {
        registry.addHandler(handler, path)
                .setHandshakeHandler(handshake)
                .setAllowedOrigins(properties.allowedOrigins().toArray(String[]::new));
    }
}
