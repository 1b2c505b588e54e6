<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;

/** Sends what waits after a page was delivered: for sites whose scheduler does not run. */
final class CatchUp
{
    private const UNSEEN = 20_000;
    private const SEEN = 1_000;

    public function __construct(private readonly CMSApplication $app, private readonly Run $run)
    {
    }

    /** Costs one indexed read as long as nothing waits. */
    public function afterPage(): void
    {
        $isPage = $this->app->isClient('site') && $this->app->getInput()->getMethod() === 'GET';

        if ($isPage && $this->run->isWorthwhile()) {
            $this->app->getSession()->close();
            $this->run->drain(self::letGo() ? self::UNSEEN : self::SEEN);
        }
    }

    /** Ends the visitor's waiting. False where PHP cannot: then the rest must be short. */
    private static function letGo(): bool
    {
        ignore_user_abort(true);

        foreach (['fastcgi_finish_request', 'litespeed_finish_request'] as $finish) {
            if (\function_exists($finish)) {
                return $finish() !== false;
            }
        }

        return false;
    }
}
