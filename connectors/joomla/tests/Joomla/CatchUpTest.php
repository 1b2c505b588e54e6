<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Joomla\CMS\Application\CMSApplication;
use Leadbridge\Plugin\System\Leadbridge\Joomla\CatchUp;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Site;
use PHPUnit\Framework\TestCase;

final class CatchUpTest extends TestCase
{
    public function testWhatWaitsIsTriedAfterAPage(): void
    {
        $site = new Site();
        $site->waiting();

        self::assertTrue($this->catchesUp($site, 'GET'));
        self::assertSame(1, (int) $site->row()['attempts']);
    }

    public function testAPageLoadDoesNothingWhileTheBridgeIsAway(): void
    {
        $site = new Site();
        $site->waiting();
        $this->catchesUp($site, 'GET');
        $site->waiting();

        self::assertFalse($this->catchesUp($site, 'GET'), 'the session stays open, and nobody waits');
        self::assertSame([1, 0], array_map('intval', array_column(
            $site->driver->database->rows('SELECT attempts FROM #__leadbridge_spool ORDER BY id'),
            'attempts'
        )));
    }

    public function testWhoSendsAFormDoesNotWaitForOthersLeads(): void
    {
        $site = new Site();
        $site->waiting();

        self::assertFalse($this->catchesUp($site, 'POST'));
        self::assertSame(0, (int) $site->row()['attempts']);
    }

    private function catchesUp(Site $site, string $method): bool
    {
        $app = new CMSApplication('site', $method);
        (new CatchUp($app, $site->wiring))->afterPage();

        return $app->isSessionClosed;
    }
}
