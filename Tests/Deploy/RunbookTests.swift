import Foundation
import TestKit
import Testing

/// docs/operations.md, followed to the letter.
@Suite struct RunbookTests {
  private static let services = ["systemctl", "systemd-sysusers", "nginx"]

  @Test func `commands are told with the settings of the service`() throws {
    let runbook = try Runbook()
    var admin = 0
    for block in try runbook.blocks("sh") {
      for line in block.split(separator: "\n") {
        #expect(!line.hasPrefix("martlet ") && !line.contains("; martlet ") && !line.contains("&& martlet "), "\(line)")
        admin += line.contains(#/^(SETTINGS=[^ ]+ )?martlet-admin /#) ? 1 : 0
      }
    }
    #expect(admin > 5)
    for text in [runbook.page, try Place.text("prometheus/alerts.yaml")] {
      for match in text.matches(of: /`martlet ([a-z-]+)/) {
        // A name for what a process does, and nothing to type.
        #expect(["serve", "export"].contains(match.1), "\(match.0)")
      }
    }
  }

  @Test func `what the units need is there after the installation, and settings are root's alone`() async throws {
    let install = try #require(try Runbook().blocks("sh", below: "### As services").first)
    try await Machine.run(without: Self.services) { machine in
      try await machine.act(install)
      for unit in ["martlet.service", "martlet@.service"] {
        let text = try String(contentsOf: machine.file("etc/systemd/system/\(unit)"), encoding: .utf8)
        let files = text.matches(
          of: /(?m)^(?:EnvironmentFile=-?|ExecStart=|Environment=MARTLET_HOME_FOLDER=)\/([^ \n]+)/)
        #expect(files.count >= 3)
        for match in files {
          for part in match.1.contains("%i") ? ["shop", "payments", "search", "jobs"] : [""] {
            #expect(machine.has(String(match.1).replacing("%i", with: part)), "\(unit): \(match.1)")
          }
        }
      }
      for path in [
        "usr/share/martlet/Themes/classic", "usr/share/martlet/Demo", "usr/lib/martlet/a.resources",
        "usr/lib/sysusers.d/martlet.conf",
      ] {
        #expect(machine.has(path), "\(path)")
      }
      #expect(FileManager.default.isExecutableFile(atPath: machine.file("usr/sbin/martlet-admin").path))
      for file in ["martlet.env", "payments.env"] {
        let path = machine.file("etc/martlet/\(file)").path
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
      }
    }
  }

  @Test func `what installs the shop brings what is new in a version, and leaves the settings as they are`()
    async throws
  {
    let runbook = try Runbook()
    let install = try #require(try runbook.blocks("sh", below: "### As services").first)
    #expect(runbook.page.contains("by all lines of the first block of [As services](#as-services)"))
    try await Machine.run(without: Self.services) { machine in
      try await machine.act(install)
      let (settings, own) = (machine.file("etc/martlet/martlet.env"), machine.file("etc/martlet/search.env"))
      let unit = machine.file("etc/systemd/system/martlet@.service")
      try Data("MARTLET_HTTP_PORT='8443'\n".utf8).write(to: settings)
      try Data("[Service]\n".utf8).write(to: unit)
      for file in [own, machine.file("usr/sbin/martlet-admin")] { try FileManager.default.removeItem(at: file) }
      try await machine.act(install)
      #expect(try String(contentsOf: settings, encoding: .utf8) == "MARTLET_HTTP_PORT='8443'\n")
      #expect(try String(contentsOf: unit, encoding: .utf8) == Place.text("systemd/martlet@.service"))
      #expect(try String(contentsOf: own, encoding: .utf8) == Place.text("systemd/search.env"))
      #expect(machine.has("usr/sbin/martlet-admin"))
    }
  }

  // req: 3.1.5-1
  @Test func `nginx in a container has a certificate before it starts, and is told of renewed ones`() async throws {
    let blocks = try Runbook().blocks("sh", below: "## Certificates")
    let block = try #require(blocks.first { $0.hasPrefix("cd deploy/compose\n") })
    try await Machine.run(without: []) { machine in
      let (root, log) = (machine.root.path, machine.file("log"))
      for folder in ["compose", "kept"] {
        try FileManager.default.createDirectory(at: machine.file(folder), withIntermediateDirectories: true)
      }
      for name in ["fullchain.pem", "privkey.pem"] { try Data("new".utf8).write(to: machine.file("kept/\(name)")) }
      // The hook comes last.
      try machine.put(
        "echo certbot $2 >> \(log.path)\nfor hook; do :; done\nRENEWED_LINEAGE=\(root)/kept exec sh -c \"$hook\"\n",
        inPlaceOf: "certbot")
      try machine.put(
        "cmp \(root)/kept/fullchain.pem tls/fullchain.pem && cmp \(root)/kept/privkey.pem tls/privkey.pem "
          + "&& echo docker $* >> \(log.path)\n", inPlaceOf: "docker")
      try await machine.act(block.replacing("cd deploy/compose", with: "cd \(root)/compose"))
      let done = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      #expect(
        done == [
          "certbot --standalone", "docker compose up -d", "certbot --webroot",
          "docker compose -f \(root)/compose/compose.yaml exec -T front nginx -s reload",
        ])
    }
    let front = try Place.documents("compose/compose.yaml")[0]["services", "front", "volumes"].texts
    #expect(
      front.contains { $0.hasPrefix("${TLS_FOLDER:-./tls}:") }
        && front.contains { $0.hasPrefix("${ACME_FOLDER:-./acme}:") })
  }

  // req: 3.1.5-1
  @Test func `nginx reads the certificate where it is renewed, and answers for its renewal`() async throws {
    let runbook = try Runbook()
    let install = try #require(try runbook.blocks("sh", below: "### As services").first)
    let front = try #require(try runbook.blocks("sh", below: "### nginx").first)
    let renewal = try #require(try runbook.blocks("sh", below: "## Certificates").first)
    let domain = try #require(renewal.firstMatch(of: /-d ([a-z.]+)/)?.1)
    let folder = try #require(renewal.firstMatch(of: /--webroot -w ([^ ]+)/)?.1)
    #expect(renewal.contains("--deploy-hook 'systemctl reload nginx'"))
    try await Machine.run(without: Self.services) { machine in
      try await machine.act(install)
      try await machine.act(front)
      let text = try String(contentsOf: machine.file("etc/nginx/conf.d/martlet.conf"), encoding: .utf8)
      let root = machine.root.path
      for line in [
        "ssl_certificate \(root)/etc/letsencrypt/live/\(domain)/fullchain.pem;",
        "ssl_certificate_key \(root)/etc/letsencrypt/live/\(domain)/privkey.pem;", "server_name \(domain);",
        "root \(folder);", "root \(root)/usr/share/martlet/Themes/classic;",
        "alias \(root)/usr/share/martlet/nginx/pages/;",
      ] {
        #expect(text.contains(line), "\(line)")
      }
    }
  }

  @Test(.enabled(if: Process.isInstalled("mariadbd")))
  func `the rights that MariaDB's administrator grants are enough`() async throws {
    let server = try await MariaDBServer.start()
    defer { server.stop() }
    let block = try #require(try Runbook().blocks("sql", below: "### MariaDB and RabbitMQ").first)
    // Tests' own user has the name on their servers.
    let statements = block.replacing("martlet@", with: "shopper@").replacing("10.0.0.%", with: "127.0.0.1")
      .replacing(" REQUIRE SSL", with: "")
    for statement in statements.split(separator: ";\n") { try await server.run(String(statement)) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-rights-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = [
      "--database-url", "mysql://shopper:SECRET@127.0.0.1:\(server.port)/martlet", "--data-folder", folder.path,
    ]
    for command in ["migrate", "audit"] {
      let outcome = try await martlet([command] + settings)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
  }
}
