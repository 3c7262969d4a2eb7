package dev.hopmeter.spring.orders;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets so many requests for orders in at a time, and refuses more at once: each request has a virtual thread of its own, so
 * that nothing else bounds the memory of those that wait for a connection of the pool. Health and metrics pass always.
 */
class InFlightLimit implements HandlerInterceptor, WebMvcConfigurer {

    private final Semaphore room;

    InFlightLimit(OrderProperties properties) {
        this.room = new Semaphore(properties.maxInFlight());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/orders/**");
    }

    /** @throws InvocationRejectedException if there is no room */
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!room.tryAcquire()) {
            throw new InvocationRejectedException("too many requests are in flight", this);
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        room.release();
    }
}
