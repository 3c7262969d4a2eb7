package dev.hopmeter.notifier;

import dev.hopmeter.spring.HandshakeProblems;
import dev.hopmeter.spring.WireFormat;
import org.apache.tomcat.websocket.server.Constants;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** The WebSocket endpoints. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SocketWiring implements WebSocketConfigurer {

    private final SubscriberSockets sockets;
    private final Subscribers subscribers;
    private final NotifierProperties properties;
    private final HandshakeProblems problems;

    SocketWiring(
            SubscriberSockets sockets, Subscribers subscribers, NotifierProperties properties, WireFormat wireFormat) {
        this.sockets = sockets;
        this.subscribers = subscribers;
        this.properties = properties;
        this.problems = new HandshakeProblems(wireFormat);
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        endpoint(registry, "/notifications", Way.ROUTED);
        endpoint(registry, "/orders", Way.DIRECT);
    }

    /** As buffers of these sizes are made for each connection, and their size is the bound of a message. */
    @Bean
    static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(
            NotifierProperties properties) {
        String size = Integer.toString(properties.maxIncomingSize());
        return server -> server.addContextCustomizers(context -> {
            context.addParameter(Constants.TEXT_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
            context.addParameter(Constants.BINARY_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
        });
    }

    private void endpoint(WebSocketHandlerRegistry registry, String path, Way way) {
        registry.addHandler(sockets, path)
                .setHandshakeHandler(new Admission(new DefaultHandshakeHandler(), subscribers, problems, way))
                .addInterceptors(new SubscriptionReading(problems))
                .setAllowedOrigins(properties.allowedOrigins().toArray(String[]::new));
    }
}
