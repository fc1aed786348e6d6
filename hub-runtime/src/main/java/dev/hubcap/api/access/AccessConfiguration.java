package dev.hubcap.api.access;

import dev.hubcap.api.once.BodyLimit;
import dev.hubcap.api.once.IdempotencyKeys;
import dev.hubcap.api.once.IdempotentPosts;
import dev.hubcap.api.problem.ProblemJson;
import dev.hubcap.api.standing.RestrictedApi;
import dev.hubcap.launch.Role;
import dev.hubcap.restriction.Restriction;
import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The door: every request needs a token of at least role viewer, except the two health probes, and
 * webhooks, which are signed instead. There is no session and no cookie, hence nothing that a
 * foreign page could ride on (no CSRF).
 */
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {

  @Bean
  ProblemJson problemJson(JsonMapper json) {
    return new ProblemJson(json);
  }

  @Bean
  AuthenticationManager tokenCheck(TokenLookup tokens) {
    return new TokenCheck(tokens);
  }

  @Bean
  @Order(1)
  SecurityFilterChain webhooks(HttpSecurity http, Restriction restriction, ProblemJson problems) {
    return http.securityMatcher("/webhooks/**")
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .addFilterAfter(new RestrictedApi(restriction, problems), AuthorizationFilter.class)
        .build();
  }

  @Bean
  SecurityFilterChain door(
      HttpSecurity http,
      AuthenticationManager tokens,
      Restriction restriction,
      ProblemJson problems,
      IdempotencyKeys keys) {
    var refusals = new AccessProblems(problems);
    var authentication = new AuthenticationFilter(tokens, BearerToken::read);
    authentication.setSuccessHandler((request, response, caller) -> {});
    authentication.setFailureHandler(refusals::commence);
    return http.csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .exceptionHandling(e -> e.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers(
                        HttpMethod.GET, "/actuator/health/liveness", "/actuator/health/readiness")
                    .permitAll()
                    .anyRequest()
                    .hasAuthority(Caller.authority(Role.VIEWER)))
        .addFilterAt(authentication, BasicAuthenticationFilter.class)
        .addFilterAfter(new RestrictedApi(restriction, problems), AuthorizationFilter.class)
        .addFilterAfter(new BodyLimit(problems), RestrictedApi.class)
        .addFilterAfter(new IdempotentPosts(keys, problems), BodyLimit.class)
        .build();
  }
}
