package dev.hopmeter.notifier;

import dev.hopmeter.spring.push.DeliverySockets;
import dev.hopmeter.spring.push.PushSockets;
import dev.hopmeter.spring.push.Subscription;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** The WebSocket endpoints. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SocketWiring implements WebSocketConfigurer {

    private final DeliverySockets<Subscriber> push;
    private final Subscribers subscribers;
    private final NotifierProperties properties;

    SocketWiring(DeliverySockets<Subscriber> push, Subscribers subscribers, NotifierProperties properties) {
        this.push = push;
        this.subscribers = subscribers;
        this.properties = properties;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        endpoint(registry, "/notifications", Way.ROUTED);
        endpoint(registry, "/orders", Way.DIRECT);
    }

    @Bean
    static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(
            NotifierProperties properties) {
        return PushSockets.boundIncomingMessages(properties.maxIncomingSize());
    }

    private void endpoint(WebSocketHandlerRegistry registry, String path, Way way) {
        registry.addHandler(push, path)
                .setHandshakeHandler(
                        push.handshake(address -> subscribers.admit(Subscription.parse(address.getRawQuery()), way)))
                .setAllowedOrigins(properties.allowedOrigins().toArray(String[]::new));
    }
}
