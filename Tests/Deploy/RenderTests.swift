import Foundation
import TestKit
import Testing

/// `deploy/nginx/render`, as an operator calls it.
@Suite struct RenderTests {
  private static let good = [
    "MARTLET_HTTP_PUBLIC_URL": "https://shop.example.com", "NGINX_NODES": "10.0.0.11:8080 10.0.0.12:8080",
    "NGINX_CERTIFICATE": "/etc/martlet/tls.pem", "NGINX_KEY": "/etc/martlet/tls.key",
  ]

  private func render(_ more: [String: String]) async throws -> Process.Outcome {
    let process = try Process.named("bash", [packageFolder.appending(path: "deploy/nginx/render").path])
    process.environment = Self.good.merging(more) { $1 }.merging(["PATH": "/usr/bin:/bin"]) { $1 }
    return try await process.outcome()
  }

  @Test func `what is left out has a default that fits a server`() async throws {
    let outcome = try await render(["NGINX_ADDRESSES": "0.0.0.0 [::]"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in [
      "listen 0.0.0.0:443 ssl http2;", "listen [::]:80;", "server_name shop.example.com;", "proxy_read_timeout 35s;",
      "server 10.0.0.12:8080 max_fails=2 fail_timeout=5s;", "return 308 https://shop.example.com$request_uri;",
      "proxy_pass http://martlet_shop;", "if (-f /etc/martlet/maintenance)",
    ] {
      #expect(outcome.output.contains(line), "\(line)")
    }
    #expect(outcome.output.firstMatch(of: /@[A-Z_]+@/) == nil)
    #expect(!outcome.output.contains("resolve"))
  }

  @Test func `names whose addresses change are asked for again where a name server is given`() async throws {
    let outcome = try await render(["NGINX_RESOLVER": "127.0.0.11", "NGINX_NODES": "shop:8080"])
    let upstream = try #require(outcome.output.firstMatch(of: /upstream martlet_shop \{[^}]*\}/)?.0)
    // `resolve` asks for a zone, and for nginx 1.27.3 or later.
    for line in [
      "zone martlet_shop ", "resolver 127.0.0.11 valid=5s ipv6=off;",
      "server shop:8080 max_fails=2 fail_timeout=5s resolve;",
    ] {
      #expect(upstream.contains(line), "\(line)")
    }
  }

  @Test func `nodes are asked over HTTPS where their authority is named, as long as the shop's deadline says`()
    async throws
  {
    let outcome = try await render([
      "NGINX_NODE_AUTHORITY": "/etc/martlet/nodes.pem", "MARTLET_HTTP_DEADLINE_SECONDS": "60",
    ])
    #expect(outcome.output.contains("proxy_pass https://martlet_shop;"))
    #expect(outcome.output.contains("proxy_ssl_trusted_certificate /etc/martlet/nodes.pem;"))
    #expect(outcome.output.contains("proxy_read_timeout 65s;"))
  }

  @Test func `a value that is missing or can't stand in a file of nginx is refused by its name`() async throws {
    for (name, value) in [
      ("MARTLET_HTTP_PUBLIC_URL", ""), ("MARTLET_HTTP_PUBLIC_URL", "http://shop.example.com"), ("NGINX_NODES", ""),
      ("NGINX_NODES", "10.0.0.11"), ("NGINX_NODES", "a;b:80"), ("NGINX_CERTIFICATE", ""), ("NGINX_KEY", "/a b; c"),
      ("NGINX_RESOLVER", "127.0.0.11; a"),
    ] {
      let outcome = try await render([name: value])
      #expect(outcome.status != 0, "\(name)=\(value)")
      #expect(outcome.output.isEmpty)
    }
    #expect(try await render(["NGINX_KEY": ""]).errors.contains("NGINX_KEY"))
  }
}
