<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Joomla\CMS\Application\CMSApplication;
use Joomla\CMS\Session\Session;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Desk;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Site;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Who may press the buttons of the settings. */
final class DeskTest extends TestCase
{
    private const DISCARD = ['deed' => 'discard', 'id' => '1'];

    protected function tearDown(): void
    {
        Session::$isTokenRight = true;
    }

    public function testWhoMayManagePluginsDeletesAParkedLead(): void
    {
        $site = $this->site();
        $app = new CMSApplication('administrator', 'POST', self::DISCARD, true);
        $answer = (new Desk($app, $site->wiring))->answer();

        self::assertStringContainsString('PLG_SYSTEM_LEADBRIDGE_DONE_DISCARD', $answer['html'] ?? '');
        self::assertSame(0, $site->wiring->ledger->counts()['parked']);
    }

    /** @dataProvider strangers */
    #[DataProvider('strangers')]
    public function testNobodyElseDoes(string $client, string $method, bool $isTokenRight, bool $mayManage): void
    {
        $site = $this->site();
        Session::$isTokenRight = $isTokenRight;
        $app = new CMSApplication($client, $method, self::DISCARD, $mayManage);

        self::assertSame(['error' => 'JERROR_ALERTNOAUTHOR'], (new Desk($app, $site->wiring))->answer());
        self::assertSame('403', $app->headers['status']);
        self::assertSame(1, $site->wiring->ledger->counts()['parked']);
    }

    /** @return  array<string, array{string, string, bool, bool}> */
    public static function strangers(): array
    {
        return [
            'a page of another site, without the token' => ['administrator', 'POST', false, true],
            'a link' => ['administrator', 'GET', true, true],
            'somebody who may not manage plugins' => ['administrator', 'POST', true, false],
            'the site itself' => ['site', 'POST', true, true],
        ];
    }

    private function site(): Site
    {
        $site = new Site();
        $site->parked();

        return $site;
    }
}
