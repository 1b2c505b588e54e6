<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Joomla\CMS\Application\CMSApplication;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Visitor;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use PHPUnit\Framework\TestCase;

/** Whose cookie is read. */
final class VisitorTest extends TestCase
{
    private const COOKIE = '0123456789abcdef0123456789abcdef';

    protected function tearDown(): void
    {
        unset($_SERVER['HTTP_DNT'], $_SERVER['HTTP_SEC_GPC']);
    }

    public function testABrowserIsNamedUnlessItAsksNotToBe(): void
    {
        self::assertSame(self::COOKIE, $this->visitor());

        foreach (['HTTP_DNT', 'HTTP_SEC_GPC'] as $header) {
            $_SERVER[$header] = '1';
            self::assertSame('', $this->visitor(), $header);
            $_SERVER[$header] = '0';
            self::assertSame(self::COOKIE, $this->visitor(), $header);
        }
    }

    public function testWithoutPageVisitsNoCookieIsRead(): void
    {
        self::assertSame('', $this->visitor('0'));
    }

    private function visitor(string $visits = '1'): string
    {
        $settings = Settings::fromArray(['visits' => $visits, 'channel' => '0']);

        return (new Visitor(new CMSApplication('site', 'POST', ['leadbridge_visitor' => self::COOKIE]), $settings))
            ->context()['visitor'];
    }
}
