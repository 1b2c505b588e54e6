<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Leadbridge\Plugin\System\Leadbridge\Joomla\Registered;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Warnings;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Site;
use PHPUnit\Framework\TestCase;

final class WarningsTest extends TestCase
{
    private const PREFIX = 'PLG_SYSTEM_LEADBRIDGE_WARN_';

    public function testASiteThatIsWellSetUpHasNone(): void
    {
        self::assertSame([], $this->warnings());
    }

    public function testWithoutCurlTheStateSaysSo(): void
    {
        self::assertSame([self::PREFIX . 'CURL'], $this->warnings(keepsTime: false));
    }

    public function testAnAddressWithoutEncryptionIsNamedUnlessItIsThisMachine(): void
    {
        foreach (['http://leads.example.com', 'HTTP://127.example.com', 'http://128.0.0.1:80', 'http://[2001:db8::1]'] as $url) {
            self::assertSame([self::PREFIX . 'HTTP'], $this->warnings($url), $url);
        }

        foreach (['http://localhost', 'http://127.0.0.1:33080', 'http://127.8.9.10', 'http://[::1]:80', 'https://a.example', ''] as $url) {
            self::assertSame([], $this->warnings($url), $url);
        }
    }

    public function testAPluginThatIsSwitchedOffIsNamed(): void
    {
        self::assertSame([self::PREFIX . 'DISABLED'], $this->warnings(isEnabled: false));
    }

    /** @return  list<string> */
    private function warnings(string $url = 'https://leads.example.com', bool $keepsTime = true, bool $isEnabled = true): array
    {
        $plugin = new Registered((new Site([], $isEnabled))->wiring->database);

        return (new Warnings(Settings::fromArray(['bridge_url' => $url])))->all($plugin, $keepsTime);
    }
}
